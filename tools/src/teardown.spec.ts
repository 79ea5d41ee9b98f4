import { describe, expect, it } from '@jest/globals';
import { createTeardown, Interrupted, onRequestToEnd } from './teardown.ts';

const log = () => {
  const done: string[] = [];
  const step = (name: string) => () => Promise.resolve(void done.push(name));
  return { done, step };
};

describe('stopping', () => {
  it('goes in the reverse order of starting, once', async () => {
    const { done, step } = log();
    const teardown = createTeardown(() => undefined);
    for (const name of ['lock', 'world', 'platform']) teardown.add(step(name));
    expect(await teardown.run()).toBe(true);
    expect(await teardown.run()).toBe(true);
    expect(done).toEqual(['platform', 'world', 'lock']);
  });

  it('goes on when a step fails, and tells', async () => {
    const { done, step } = log();
    const said: string[] = [];
    const teardown = createTeardown((line) => said.push(line));
    teardown.add(step('lock'));
    teardown.add(() => Promise.reject(new Error('stuck')));
    expect(await teardown.run()).toBe(false);
    expect(done).toEqual(['lock']);
    expect(said.join()).toContain('stuck');
  });

  it('begins with the first request to end; the second insists', () => {
    const { done, step } = log();
    const { signal, dispose } = onRequestToEnd({
      first: (name) => void step(name)(),
      again: () => void step('again')(),
    });
    process.emit('SIGTERM', 'SIGTERM');
    expect(signal.reason).toBeInstanceOf(Interrupted);
    process.emit('SIGINT', 'SIGINT');
    expect(done).toEqual(['SIGTERM', 'again']);
    dispose();
  });
});

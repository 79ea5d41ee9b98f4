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
    for (const name of ['lock', 'world', 'platform']) teardown.add({ stop: step(name) });
    expect(await Promise.all([teardown.run(), teardown.run()])).toEqual([true, true]);
    expect(done).toEqual(['platform', 'world', 'lock']);
  });

  it('goes on when a step fails, and tells', async () => {
    const { done, step } = log();
    const said: string[] = [];
    const teardown = createTeardown((line) => said.push(line));
    teardown.add({ stop: step('lock') });
    teardown.add({ stop: () => Promise.reject(new Error('stuck')) });
    expect(await teardown.run()).toBe(false);
    expect(done).toEqual(['lock']);
    expect(said.join()).toContain('stuck');
  });

  it('kills what can be killed when somebody insists, and still gives the lock back', async () => {
    const { done, step } = log();
    const teardown = createTeardown(() => undefined);
    teardown.add({ stop: step('lock') });
    teardown.add({ stop: () => new Promise(() => undefined), kill: step('killed') });
    void teardown.run();
    await teardown.force();
    expect(done).toEqual(['killed', 'lock']);
  });

  it('begins with the first request to end; the second insists', () => {
    let insisted = 0;
    const { signal, dispose } = onRequestToEnd(() => (insisted += 1));
    process.emit('SIGTERM');
    expect(signal.reason).toBeInstanceOf(Interrupted);
    expect(insisted).toBe(0);
    process.emit('SIGINT');
    expect(insisted).toBe(1);
    dispose();
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createLogger, createLoop, type Loop } from './index.ts';

const log = createLogger('spec', 'silent');
const hour = 3_600_000;

let loop: Loop | undefined;
afterEach(async () => loop?.stop());

function start(round: (signal: AbortSignal) => Promise<boolean>, idleMs = hour): Loop {
  loop = createLoop({ name: 'spec', log, idleMs, round });
  void loop.start();
  return loop;
}

/** Waits until it is so; a loop that never gets there fails the test by its time limit. */
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await sleep(2);
};

describe('a loop', () => {
  it('looks at once, then waits', async () => {
    let rounds = 0;
    start(() => Promise.resolve((rounds += 1) < 0));
    await sleep(50);
    expect(rounds).toBe(1);
  });

  it('goes on without a pause while there is more', async () => {
    let rounds = 0;
    start(() => Promise.resolve((rounds += 1) < 5));
    await until(() => rounds === 5);
    await sleep(50);
    expect(rounds).toBe(5);
  });

  it('looks again after its idle time', async () => {
    let rounds = 0;
    start(() => Promise.resolve((rounds += 1) < 0), 5);
    await until(() => rounds >= 3);
  });

  it('looks again when it is woken', async () => {
    let rounds = 0;
    const started = start(() => Promise.resolve((rounds += 1) < 0));
    await sleep(20);
    started.wake();
    await until(() => rounds === 2);
  });

  it('looks again when it was woken during a round', async () => {
    let rounds = 0;
    const woken = start(async () => {
      rounds += 1;
      if (rounds === 1) {
        await sleep(10);
        woken.wake();
      }
      return false;
    });
    await until(() => rounds === 2);
  });

  it('tries again after a round that threw, and is ready again after one that did not', async () => {
    let rounds = 0;
    const started = start(() => {
      rounds += 1;
      return rounds < 3 ? Promise.reject(new Error('away')) : Promise.resolve(false);
    });
    await until(() => rounds === 3);
    expect(started.ready()).toBe(true);
  });

  it('pauses longer after each failure, also when it is woken', async () => {
    const at: number[] = [];
    const started = start(() => {
      at.push(performance.now());
      return Promise.reject(new Error('away'));
    });
    const waker = setInterval(() => started.wake(), 1);
    await until(() => at.length === 3);
    clearInterval(waker);
    const [first = 0, second = 0, third = 0] = at;
    expect(second - first).toBeGreaterThan(95);
    expect(third - second).toBeGreaterThan(195);
  });

  it('is not ready after five failures', async () => {
    let rounds = 0;
    const started = start(() => Promise.reject(new Error(`away ${String((rounds += 1))}`)));
    await until(() => rounds === 4);
    expect(started.ready()).toBe(true);
    await until(() => rounds === 5);
    await sleep(5);
    expect(started.ready()).toBe(false);
  });

  it('stops only when the round is over, and tells it to give up', async () => {
    const seen: string[] = [];
    const started = start(async (signal) => {
      seen.push('begins');
      await sleep(hour, undefined, { signal }).catch(() => undefined);
      await sleep(20);
      seen.push('is over');
      return true;
    });
    await until(() => seen.length === 1);
    await started.stop();
    seen.push('stopped');
    await sleep(20);
    expect(seen).toEqual(['begins', 'is over', 'stopped']);
  });

  it('stops at once while it waits', async () => {
    const started = start(() => Promise.resolve(false));
    await sleep(10);
    const before = performance.now();
    await started.stop();
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});

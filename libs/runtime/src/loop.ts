import { setTimeout as sleep } from 'node:timers/promises';
import type { Part } from './lifecycle.ts';
import type { Logger } from './log.ts';

/** A loop that works whenever there is work, and looks again after `idleMs` or when woken. */
export interface Loop extends Part {
  /** Look now; called after a commit so that nobody waits for the next poll. */
  wake(): void;
  ready(): boolean;
}

export interface LoopOptions {
  readonly name: string;
  readonly log: Logger;
  /** Longest time between two looks, milliseconds. */
  readonly idleMs: number;
  /** Does one round; true asks for another round at once. It must give up soon after `signal` is aborted. */
  readonly round: (signal: AbortSignal) => Promise<boolean>;
}

const longestPauseMs = 5_000;

/** A round that throws is logged and tried again with growing pauses (100 ms to 5 s): a loop never dies silently. */
export function createLoop({ name, log, idleMs, round }: LoopOptions): Loop {
  let stopped: AbortController | undefined;
  let running: Promise<void> | undefined;
  let failures = 0;
  let nudge: (() => void) | undefined;
  let isNudged = false;

  const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
    if (isNudged && failures === 0) return;
    const woken = new Promise<void>((resolve) => (nudge = resolve));
    const timer = new AbortController();
    const timeout = sleep(ms, undefined, { signal: AbortSignal.any([signal, timer.signal]) }).catch(() => undefined);
    await Promise.race(failures === 0 ? [timeout, woken] : [timeout]);
    timer.abort();
  };

  const work = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      isNudged = false;
      try {
        const more = await round(signal);
        failures = 0;
        if (more) continue;
      } catch (error) {
        failures += 1;
        log.warn({ err: error, loop: name, failures }, 'a round failed; it is tried again');
      }
      await pause(failures === 0 ? idleMs : Math.min(longestPauseMs, 100 * 2 ** (failures - 1)), signal);
    }
  };

  return {
    name,
    start: () => {
      stopped = new AbortController();
      running = work(stopped.signal);
      return Promise.resolve();
    },
    stop: async () => {
      stopped?.abort();
      await running;
    },
    ready: () => failures < 5,
    wake: () => {
      isNudged = true;
      nudge?.();
    },
  };
}

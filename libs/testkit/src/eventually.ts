import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Repeats an assertion until it passes, and returns what it returns; for what becomes true on its own.
 *
 * @throws what the assertion threw last, when the time (10 s if not given) is over.
 */
export async function eventually<T>(
  assertion: () => T | Promise<T>,
  { timeoutMs = 10_000, pauseMs = 25 }: { readonly timeoutMs?: number; readonly pauseMs?: number } = {},
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() >= end) throw error;
      await sleep(pauseMs);
    }
  }
}

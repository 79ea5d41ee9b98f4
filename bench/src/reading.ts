/** One row of the result. */
export interface Reading {
  readonly what: string;
  readonly unit: 's' | 'ms' | 'events/s';
  readonly samples: number;
  readonly median: number;
  /** Left out where there are too few samples to speak of one. */
  readonly p99?: number;
  readonly target?: Target;
}

/** What issue 4 asks for, and of which of the two figures. */
export interface Target {
  readonly of: 'median' | 'p99';
  readonly bound: 'at most' | 'at least';
  readonly value: number;
}

/** Below this number of samples a p99 would be the maximum by another name. */
const enoughForP99 = 50;

/** @throws Error without any sample. */
export function readingOf(what: string, unit: Reading['unit'], samples: readonly number[], target?: Target): Reading {
  return {
    what,
    unit,
    samples: samples.length,
    median: quantile(samples, 0.5),
    ...(samples.length >= enoughForP99 && { p99: quantile(samples, 0.99) }),
    ...(target && { target }),
  };
}

/** The smallest sample that at least the share `q` of all samples does not exceed (nearest rank). */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
  if (value === undefined) throw new Error('Nothing was measured.');
  return value;
}

/** Undefined if nothing is asked of it. */
export function isMet({ median, p99, target }: Reading): boolean | undefined {
  if (target === undefined) return undefined;
  const reached = target.of === 'median' ? median : p99;
  if (reached === undefined) return undefined;
  return target.bound === 'at most' ? reached <= target.value : reached >= target.value;
}

/** One row of the result. */
export interface Reading {
  readonly what: string;
  readonly unit: 's' | 'ms' | 'events/s';
  readonly samples: number;
  readonly median: number;
  /** Both are left out where there are too few samples to speak of them. */
  readonly p95?: number;
  readonly p99?: number;
  readonly target?: Target;
}

/** What is asked for, and of which figure. */
export interface Target {
  readonly of: 'median' | 'p95' | 'p99';
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
    ...(samples.length >= enoughForP99 && { p95: quantile(samples, 0.95), p99: quantile(samples, 0.99) }),
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
export function isMet({ median, p95, p99, target }: Reading): boolean | undefined {
  if (target === undefined) return undefined;
  const reached = { median, p95, p99 }[target.of];
  if (reached === undefined) return undefined;
  return target.bound === 'at most' ? reached <= target.value : reached >= target.value;
}

import { DomainError } from '@tocsin/errors';

/**
 * What a failed handling means: `outage` (a dependency is down: wait), `contention` (somebody else was faster: again),
 * `refusal` (a rule says no: recorded, done), `fault` (a bug or a poison record: a few tries, then park).
 */
export type Failure = 'outage' | 'contention' | 'refusal' | 'fault';

/** SQLSTATE classes: connection, resources, shutdown, system, and a server that is read-only for now. */
const outages = /^(08|53|57P|58|25006)/;
const contentions = new Set(['40001', '40P01']);
const systemCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'EAI_AGAIN',
]);

export function classify(error: unknown): Failure {
  if (error instanceof DomainError) {
    if (error.code === 'UNAVAILABLE') return 'outage';
    return error.code === 'CONCURRENT_CHANGE' ? 'contention' : 'refusal';
  }
  const code = codeOf(error);
  if (contentions.has(code)) return 'contention';
  return outages.test(code) || systemCodes.has(code) ? 'outage' : 'fault';
}

/** TypeORM wraps the driver's error, which carries the SQLSTATE. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const { code, driverError } = error as {
    readonly code?: unknown;
    readonly driverError?: { readonly code?: unknown };
  };
  const found = driverError?.code ?? code;
  return typeof found === 'string' ? found : '';
}

/** One line for the operator. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}`.split('\n', 1).join('').slice(0, 500) : 'unknown';

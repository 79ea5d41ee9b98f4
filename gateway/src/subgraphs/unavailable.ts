import { GraphQLError } from 'graphql';
import { Unavailable } from '@tocsin/errors';

const inDoubt = 'The answer was lost: the change may have been made. Repeat the request with the same idempotency key.';

const broken = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const tooSlow = new Set(['ETIMEDOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_ABORTED']);

const neverSent = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT']);

/** Whether the connection could not be made or broke; what only reads may be asked once more. */
export const isBroken = (error: unknown): boolean => broken.has(codeOf(error));

/** Whether there is no answer, as against a wrong one. */
export const isUnanswered = (error: unknown): boolean => isBroken(error) || tooSlow.has(codeOf(error));

/** UNAVAILABLE, in words that are true: a mutation that may have arrived is not said to have changed nothing. */
export function unavailable(isMutation: boolean, cause?: unknown): GraphQLError {
  const isInDoubt = isMutation && !neverSent.has(codeOf(cause));
  return new GraphQLError(isInDoubt ? inDoubt : Unavailable.description, {
    extensions: { code: Unavailable.code, details: {} },
    originalError: cause instanceof Error ? cause : null,
  });
}

/** By shape, not by class: errors of the network come from several libraries, and from Node itself. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('name' in error && (error.name === 'AbortError' || error.name === 'TimeoutError')) return 'UND_ERR_ABORTED';
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

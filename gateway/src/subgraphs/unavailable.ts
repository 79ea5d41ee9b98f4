import { GraphQLError } from 'graphql';
import { Unavailable } from '@tocsin/errors';

const inDoubt = 'The answer was lost: the change may have been made. Repeat the request with the same idempotency key.';

const codes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_ABORTED',
]);

const neverSent = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT']);

/** Whether the subgraph could not be reached or did not answer in time, as against answering something wrong. */
export const isConnectionFailure = (error: unknown): boolean => codes.has(codeOf(error));

/** UNAVAILABLE, in words that are true: a mutation that may have arrived is not said to have changed nothing. */
export function unavailable(isMutation: boolean, cause?: unknown): GraphQLError {
  const isInDoubt = isMutation && !neverSent.has(codeOf(cause));
  return new GraphQLError(isInDoubt ? inDoubt : Unavailable.description, {
    extensions: { code: Unavailable.code, details: {} },
    originalError: cause instanceof Error ? cause : null,
  });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if (error.name === 'AbortError') return 'UND_ERR_ABORTED';
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

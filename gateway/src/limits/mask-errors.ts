import { randomUUID } from 'node:crypto';
import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLFormattedError } from 'graphql';
import { definedErrors } from '@tocsin/errors';
import type { Logger } from '@tocsin/runtime';

export type MaskError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/** Codes that say what is wrong with the document or its variables; their messages describe the schema. */
const aboutOperation = new Set([
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);
/** Codes whose messages repeat only what the caller sent. */
const aboutRequest = new Set(['GRAPHQL_PARSE_FAILED', 'BAD_REQUEST']);

/**
 * What leaves the platform of an error (S-25): the codes of the catalogue with their message and details; all else is
 * INTERNAL_SERVER_ERROR with an `errorId` under which the log has the rest.
 */
export function createMask(log: Logger, isOpen: boolean): MaskError {
  const catalogue = new Set(definedErrors().map(({ code }) => code));
  return (formatted, error) => {
    const { message, path } = formatted;
    const { code, details, errorId } = formatted.extensions ?? {};
    const where = path === undefined ? {} : { path };
    if (typeof code === 'string' && isRefusal(code, details, catalogue)) {
      return { message, ...where, extensions: { code, details: details ?? {} } };
    }
    if (typeof code === 'string' && (aboutRequest.has(code) || (isOpen && aboutOperation.has(code)))) {
      return {
        message,
        ...(formatted.locations && { locations: formatted.locations }),
        ...where,
        extensions: { code },
      };
    }
    const id = typeof errorId === 'string' && /^[\w-]{1,64}$/.test(errorId) ? errorId : randomUUID();
    if (typeof code === 'string' && aboutOperation.has(code)) {
      log.info({ errorId: id, code }, 'an operation was rejected');
      return { message: 'Operation rejected', extensions: { code, errorId: id } };
    }
    log.error({ err: unwrapResolverError(error), errorId: id }, 'an operation failed');
    return {
      message: 'Something went wrong on our side.',
      ...where,
      extensions: { code: 'INTERNAL_SERVER_ERROR', errorId: id },
    };
  };
}

/** Subgraphs send `details` with a refusal and with nothing else; their own codes are not known in this process. */
const isRefusal = (code: string, details: unknown, catalogue: ReadonlySet<string>): boolean =>
  catalogue.has(code) ||
  (/^[A-Z][A-Z0-9_]+$/.test(code) &&
    code !== 'INTERNAL_SERVER_ERROR' &&
    typeof details === 'object' &&
    details !== null);

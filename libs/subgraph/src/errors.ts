import { randomUUID } from 'node:crypto';
import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLFormattedError } from 'graphql';
import { GraphQLError } from 'graphql';
import { z } from 'zod';
import { DomainError, InvalidInput, NotFound } from '@tocsin/errors';
import type { Logger } from '@tocsin/runtime';

/**
 * One lane for errors (H-10): a refusal leaves with its code and details, an error of the caller's GraphQL as GraphQL
 * has it, anything else as INTERNAL_SERVER_ERROR with an `errorId` under which the log tells the rest.
 */
export function errorFormatter(
  log: Logger,
): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (formatted, error) => {
    const cause = unwrapResolverError(error);
    const refusal = toRefusal(error) ?? toRefusal(cause);
    const where = {
      ...(formatted.locations && { locations: formatted.locations }),
      ...(formatted.path && { path: formatted.path }),
    };
    if (refusal !== undefined) {
      return { message: refusal.message, ...where, extensions: { code: refusal.code, details: refusal.details } };
    }
    if (cause === error && isCallersMistake(formatted)) {
      return { message: formatted.message, ...where, extensions: { code: formatted.extensions?.['code'] } };
    }
    const errorId = randomUUID();
    log.error({ err: cause, errorId }, 'a resolver failed');
    return {
      message: 'Something went wrong here. Quote the errorId when you report it.',
      ...where,
      extensions: { code: 'INTERNAL_SERVER_ERROR', errorId },
    };
  };
}

/** What lies behind the error, if the caller can act on it. */
function toRefusal(error: unknown): DomainError | undefined {
  if (error instanceof DomainError) return error;
  if (error instanceof z.ZodError) {
    return InvalidInput({ issues: error.issues.map(({ path, message }) => ({ path: path.join('.'), message })) });
  }
  // PostgreSQL 22P02: a text that is no UUID was looked up as one. Such an id cannot exist.
  if (error instanceof Error && 'driverError' in error && codeOf(error.driverError) === '22P02') return NotFound();
  // A refusal thrown while a variable or literal was coerced.
  if (error instanceof GraphQLError && error.originalError !== undefined) return toRefusal(error.originalError);
  return undefined;
}

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

const callersCodes = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
]);

const isCallersMistake = (formatted: GraphQLFormattedError): boolean =>
  callersCodes.has(String(formatted.extensions?.['code']));

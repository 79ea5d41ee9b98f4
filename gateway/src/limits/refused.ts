import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { DomainError } from '@tocsin/errors';

/** A refusal of the whole operation, with the HTTP status it is answered with. */
export const refused = (
  error: DomainError,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): GraphQLError =>
  new GraphQLError(error.message, {
    originalError: error,
    extensions: {
      code: error.code,
      details: error.details,
      http: { status, headers: new HeaderMap(Object.entries(headers)) },
    },
  });

/** What is wrong with the operation itself; outside the profile `open` the reason stays inside. */
export const rejected = (reason: string, code = 'GRAPHQL_VALIDATION_FAILED'): GraphQLError =>
  new GraphQLError(reason, { extensions: { code, http: { status: 400, headers: new HeaderMap() } } });

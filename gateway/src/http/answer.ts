import type { ServerResponse } from 'node:http';
import { DomainError } from '@tocsin/errors';

/** Every answer of the gateway is for one principal and one moment (S-27). */
export const always = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

/** Answers a refusal that was made before, or instead of, GraphQL; its body looks like a GraphQL result. */
export function answerRefusal(
  response: ServerResponse,
  status: number,
  error: DomainError,
  headers: Readonly<Record<string, string>> = {},
): void {
  const { code, message, details } = error;
  const body = JSON.stringify({ errors: [{ message, extensions: { code, details } }] });
  response.writeHead(status, {
    ...always,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

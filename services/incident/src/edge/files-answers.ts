import type { ServerResponse } from 'node:http';
import type { DomainError } from '@tocsin/errors';

/* How the files port answers. */

const statuses: ReadonlyMap<string, number> = new Map([
  ['TICKET_INVALID', 401],
  ['TICKET_USED', 401],
  ['FORBIDDEN', 403],
  ['ENVIRONMENT_NOT_GRANTED', 403],
  ['AUDIT_GRANT_EXPIRED', 403],
  ['NOT_FOUND', 404],
  ['EVIDENCE_NOT_STORED', 404],
  ['EVIDENCE_DESTROYED', 410],
  ['EVIDENCE_TOO_LARGE', 413],
  ['DIGEST_MISMATCH', 422],
  ['UNAVAILABLE', 503],
]);

/** Answers a refusal, if it can still be answered; the rest of the request is not read. */
export function refuse(response: ServerResponse, { code, message, details }: DomainError): void {
  if (response.destroyed) return;
  const status = statuses.get(code) ?? 409;
  if (status === 401) response.setHeader('www-authenticate', 'Bearer');
  response.setHeader('connection', 'close');
  send(response, status, { code, message, details });
}

export function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

const gone = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

/** Nobody is there any more to be answered. By shape: under Jest, Node's own errors are of another realm. */
export const isClientGone = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && gone.has(String(error.code));

import type { IncomingMessage, ServerResponse } from 'node:http';
import { ticketVerifier, type Principal, type PublicJwks, type Ticket } from '@tocsin/access';
import { inTransaction, type Database, type Transaction } from '@tocsin/database';
import { DomainError, NotFound } from '@tocsin/errors';
import { createHttpServer, type HttpServer, type Logger } from '@tocsin/runtime';
import { TicketInvalid } from '../domain/errors.ts';
import { endTicket, useTicket } from '../file-tickets.ts';
import { isClientGone, refuse } from './files-answers.ts';

/** One request whose ticket was good. */
export interface Exchange {
  readonly by: Principal;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Sends or takes the bytes, and answers. */
export type Serve = (exchange: Exchange) => Promise<void>;

/** One kind of file that goes through the port, at `/v1/<kind>/<id>…`. */
export interface FileRoute {
  readonly method: Ticket['method'];
  readonly kind: string;
  /**
   * Asks, as the ticket's principal and in the transaction that uses the ticket up, whether he still may. What it
   * writes is committed before the first byte.
   *
   * @param ids the rest of the path.
   */
  admit(tx: Transaction, ids: readonly string[]): Promise<Serve>;
}

export interface FilesPortOptions {
  readonly db: Database;
  /** Of the key by which the tickets are signed. */
  readonly jwks: PublicJwks;
  readonly routes: readonly FileRoute[];
  readonly http: { readonly host: string; readonly port: number };
  readonly log: Logger;
}

/** A file may take hours; a connection that is silent for so long is over. */
const idleMs = 60_000;

/**
 * The front door for files, on a port of its own: bytes never go through GraphQL. Each request needs a ticket that a
 * mutation made out for just this method and path; it works once, and the rights of whom it was made out for are asked
 * again. Refusals are JSON `{code, message, details}`.
 */
export function createFilesPort({ db, jwks, routes, http, log }: FilesPortOptions): HttpServer {
  const verify = ticketVerifier('incident', jwks);
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { route, ids } = findRoute(routes, request);
    const ticket = await readTicket(request, verify);
    const { principal: by } = ticket;
    const action = `${route.method} ${route.kind}`;
    const serve = await inTransaction(db, { by, action }, async (tx) => {
      await useTicket(tx, ticket, request);
      return route.admit(tx, ids);
    });
    const end = (outcome: 'COMPLETE' | 'BROKEN'): Promise<void> =>
      inTransaction(db, { by, action }, (tx) => endTicket(tx, ticket.id, outcome));
    try {
      await serve({ by, request, response });
    } catch (error) {
      await end('BROKEN');
      throw error;
    }
    await end('COMPLETE');
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      await pass(request, response);
    } catch (error) {
      if (isClientGone(error)) return log.info({ err: error }, 'the other side left half-way');
      // What was begun must not look complete.
      if (response.headersSent) response.destroy();
      if (!(error instanceof DomainError)) throw error;
      refuse(response, error);
    }
  };
  const server = createHttpServer({ name: 'files', ...http, log, handle, requestTimeoutMs: 0 });
  server.server.setTimeout(idleMs);
  return server;
}

/** @throws NOT_FOUND */
function findRoute(
  routes: readonly FileRoute[],
  { method, url = '' }: IncomingMessage,
): { readonly route: FileRoute; readonly ids: readonly string[] } {
  const [, version, kind, ...ids] = url.split('/');
  const route = routes.find((candidate) => candidate.kind === kind && candidate.method === method);
  if (version !== 'v1' || route === undefined) throw NotFound();
  return { route, ids };
}

/** @throws TICKET_INVALID */
async function readTicket({ headers }: IncomingMessage, verify: (text: string) => Promise<Ticket>): Promise<Ticket> {
  const text = /^Bearer ([\w.-]+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  return verify(text).catch((cause: unknown) => {
    throw Object.assign(TicketInvalid(), { cause });
  });
}

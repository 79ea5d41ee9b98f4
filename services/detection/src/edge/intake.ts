import type { IncomingMessage, ServerResponse } from 'node:http';
import { mustBeAllowed, type Principal, type TokenVerifier } from '@tocsin/access';
import { inTransaction, type Database } from '@tocsin/database';
import { ConcurrentChange, DomainError, Forbidden, Unauthenticated, Unavailable } from '@tocsin/errors';
import { Counter, createHttpServer, type HttpServer, type Logger, type Metrics } from '@tocsin/runtime';
import type { Judge } from '../domain/judge.ts';
import { BatchTooLarge, BatchUnreadable, ExerciseNotRunning, MediaTypeUnknown } from '../domain/errors.ts';
import { mayClaim } from '../domain/signal.ts';
import { recordEvent, type Recorded, type ReportedEvent } from '../signals.ts';
import { readItems } from './batch.ts';
import { idOf, isRefusal, readEnvelope, refusalOf, type Refusal } from './envelope.ts';

export interface IntakeOptions {
  readonly db: Database;
  readonly judge: Judge;
  readonly verify: TokenVerifier;
  readonly http: { readonly host: string; readonly port: number };
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** What became of one item, in the order of the batch. */
type Result =
  | {
      readonly index: number;
      readonly id: string | null;
      readonly status: 'MATCHED' | 'UNMATCHED' | 'DUPLICATE';
      readonly signalId: string;
      readonly detectionIds: readonly string[];
    }
  | (Refusal & { readonly index: number; readonly id: string | null; readonly status: 'REJECTED'; retryable: boolean });

/** `POST /v1/signals` on a port of its own: detectors deliver CloudEvents here; sending a batch again is safe (D-2). */
export function createIntake({ db, judge, verify, http, log, metrics }: IntakeOptions): HttpServer {
  const counter = new Counter({
    name: 'tocsin_signals_total',
    help: 'Signals at the intake, by what became of them',
    labelNames: ['status'],
    registers: [metrics],
  });
  const accept = async (request: IncomingMessage): Promise<readonly Result[]> => {
    const by = await authenticate(request, verify);
    const items = await readItems(request);
    const results: Result[] = [];
    for (const [index, item] of items.entries()) {
      const result = { index, id: idOf(item), ...(await record(db, by, judge, item)) };
      counter.inc({ status: result.status });
      results.push(result);
    }
    return results;
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url !== '/v1/signals') return send(response, 404, { code: 'NOT_FOUND', message: 'POST /v1/signals' });
    if (request.method !== 'POST') return send(response, 405, { code: 'NOT_FOUND', message: 'POST /v1/signals' });
    try {
      answer(response, await accept(request));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      refuse(response, error);
    }
  };
  return createHttpServer({ name: 'intake', ...http, log, handle });
}

/** Errors: UNAUTHENTICATED; FORBIDDEN unless the role may claim automated signals. */
async function authenticate({ headers }: IncomingMessage, verify: TokenVerifier): Promise<Principal> {
  const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) throw Unauthenticated();
  const { principal } = await verify(token);
  mustBeAllowed(principal, 'recordSignal');
  if (!mayClaim(principal).includes('AUTOMATED_SIGNATURE')) throw Forbidden({ operation: 'recordSignal' });
  return principal;
}

type Outcome = Result extends infer R ? (R extends Result ? Omit<R, 'index' | 'id'> : never) : never;

/** One item, one transaction. A refusal is its own; only an outage is the whole batch's. */
async function record(db: Database, by: Principal, judge: Judge, item: unknown): Promise<Outcome> {
  const event = readEnvelope(item);
  if (isRefusal(event)) return { status: 'REJECTED', retryable: false, ...event };
  try {
    return outcomeOf(await recordAgain(db, by, judge, event));
  } catch (error) {
    if (!(error instanceof DomainError) || error.code === Unavailable.code) throw error;
    // We may not have heard of the exercise yet.
    return { status: 'REJECTED', retryable: error.code === ExerciseNotRunning.code, ...refusalOf(error, '') };
  }
}

/** A detection that a person changed meanwhile: look again. Errors: UNAVAILABLE if it does not come to rest. */
async function recordAgain(db: Database, by: Principal, judge: Judge, event: ReportedEvent): Promise<Recorded> {
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    try {
      return await inTransaction(db, { by, action: 'recordSignal' }, (tx) => recordEvent(tx, event, judge));
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== ConcurrentChange.code) throw error;
    }
  }
  throw Unavailable();
}

function outcomeOf({ signal: { id: signalId, detectionIds }, repeated }: Recorded): Outcome {
  if (repeated) return { status: 'DUPLICATE', signalId, detectionIds };
  return { status: detectionIds.length > 0 ? 'MATCHED' : 'UNMATCHED', signalId, detectionIds };
}

/** 202 none refused, 207 some, 422 all. */
function answer(response: ServerResponse, results: readonly Result[]): void {
  const count = (...statuses: readonly Result['status'][]): number =>
    results.filter(({ status }) => statuses.includes(status)).length;
  const rejected = count('REJECTED');
  const status = rejected === 0 ? 202 : rejected < results.length ? 207 : 422;
  send(response, status, { accepted: count('MATCHED', 'UNMATCHED'), duplicate: count('DUPLICATE'), rejected, results });
}

const statuses: ReadonlyMap<string, number> = new Map([
  [Unauthenticated.code, 401],
  [Forbidden.code, 403],
  [BatchUnreadable.code, 400],
  [BatchTooLarge.code, 413],
  [MediaTypeUnknown.code, 415],
  [Unavailable.code, 503],
]);

function refuse(response: ServerResponse, error: DomainError): void {
  const status = statuses.get(error.code) ?? 422;
  if (status === 401) response.setHeader('www-authenticate', 'Bearer');
  if (status === 503) response.setHeader('retry-after', '5');
  send(response, status, refusalOf(error, ''));
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

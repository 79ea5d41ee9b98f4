import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { contextHeader, Issuer, signContext, tokenVerifier, type Principal } from '@tocsin/access';
import { connect } from '@tocsin/database';
import { createLogger, createMetrics } from '@tocsin/runtime';
import { createSubgraph } from '@tocsin/subgraph';
import { testDatabase, testKeys, type TestDatabase } from '@tocsin/testkit';
import { createDetectors } from '../detectors.ts';
import { createJudge } from '../domain/judge.ts';
import { createIntake } from '../edge/intake.ts';
import { loaders } from '../graphql/loaders.ts';
import { resolvers } from '../graphql/resolvers.ts';
import { packagedRules, readRules } from '../rules.ts';
import { createGate, type Gate } from './gate.ts';
import { tables } from '../store/tables.ts';

/** What an endpoint answered. */
export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface GraphAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly extensions: { readonly code: string; readonly details?: unknown } }[];
}

/** The service of a spec file, over real HTTP and a database of its own. */
export interface Rig {
  readonly database: TestDatabase;
  /** Between the service and PostgreSQL. */
  readonly gate: Gate;
  token(by: Principal, overrides?: { readonly issuedAt?: number; readonly audience?: string }): Promise<string>;
  /** Posts to the intake; an object or array is sent as JSON. */
  post(token: string | undefined, body: unknown, type?: string): Promise<Answer<Record<string, never>>>;
  graph(by: Principal, query: string, variables?: Record<string, unknown>): Promise<GraphAnswer>;
  stop(): Promise<void>;
}

const single = 'application/cloudevents+json';

export async function startRig(): Promise<Rig> {
  const database = await testDatabase('detection', tables);
  const { issuer, context, event } = await testKeys();
  const log = createLogger('detection', process.env['TOCSIN_LOG_LEVEL'] ?? 'silent');
  const gate = createGate(new URL(database.url));
  const url = await gate.open();
  const db = connect({ url, service: 'detection', tables, log, signingKey: event.detection.signingKey, poolSize: 5 });
  const metrics = createMetrics('detection');
  const http = { host: '127.0.0.1', port: 0 };
  const rules = readRules(packagedRules);
  const entry = Issuer.parse({ issuer: 'https://issuer.example', algorithms: ['EdDSA'], jwks: issuer.publicJwks });
  const intake = createIntake({ db, judge: createJudge(rules), verify: tokenVerifier([entry]), http, log, metrics });
  const subgraph = createSubgraph({
    service: 'detection',
    db,
    log,
    metrics,
    http,
    schemaDirectory: new URL('../../schema/', import.meta.url),
    resolvers,
    loaders,
    contextJwks: context.publicJwks,
    parts: () => [],
  });
  for (const part of [db, createDetectors(db, rules), intake, subgraph]) await part.start();
  return {
    database,
    gate,
    token: (by, { issuedAt = Math.floor(Date.now() / 1000), audience = 'tocsin-api' } = {}) =>
      new SignJWT({ roles: by.roles, scopes: by.scopes, ...(by.tenantId !== undefined && { tid: by.tenantId }) })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: issuer.signingKey.kid })
        .setIssuer(entry.issuer)
        .setAudience(audience)
        .setSubject(by.id)
        .setJti(randomUUID())
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + 600)
        .sign(issuer.signingKey.key),
    post: async (token, body, type = single) => {
      const response = await fetch(`http://127.0.0.1:${intake.port()}/v1/signals`, {
        method: 'POST',
        headers: { 'content-type': type, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
        body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
      });
      const answer = (await response.json()) as Record<string, never>;
      return { status: response.status, headers: response.headers, body: answer };
    },
    graph: async (by, query, variables = {}) => {
      const body = JSON.stringify({ query, variables });
      const signed = await signContext(by, { audience: 'detection', body }, context.signingKey);
      const response = await fetch(`http://127.0.0.1:${subgraph.port()}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [contextHeader]: signed },
        body,
      });
      return (await response.json()) as GraphAnswer;
    },
    stop: async () => {
      await subgraph.stop();
      await intake.stop();
      await db.stop();
      await gate.close();
      await database.drop();
    },
  };
}

/** The recorded event of the demo, with these fields instead. */
export function sampleData(fields: Record<string, unknown> = {}): Record<string, unknown> {
  const file = new URL('../../samples/process-creation.json', import.meta.url);
  const { Event } = JSON.parse(readFileSync(file, 'utf8')) as {
    Event: { System: Record<string, unknown>; EventData: Record<string, unknown> };
  };
  return { Event: { System: Event.System, EventData: { ...Event.EventData, ...fields } } };
}

/** A CloudEvent with an id of its own. */
export const cloudEvent = (overrides: Record<string, unknown> = {}): Record<string, unknown> => ({
  specversion: '1.0',
  type: 'tocsin.signals.EventObserved.v1',
  source: 'urn:edr:fs-eu-07',
  id: randomUUID(),
  time: '2026-11-22T03:14:07.512Z',
  data: sampleData({ User: `FABRIKAM\\${randomUUID()}` }),
  ...overrides,
});

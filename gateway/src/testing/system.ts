import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Principal } from '@tocsin/access';
import { createLogger, type Part } from '@tocsin/runtime';
import { testKeys, type TestKeys } from '@tocsin/testkit';
import { composeSupergraph } from '../compose.ts';
import { readConfig } from '../config.ts';
import { createService } from '../service.ts';
import { eventsSdl } from '../subgraphs/events-subgraph.ts';
import type { TailListener } from '../subscriptions/hub.ts';
import { fixtures, type Members } from './domain.ts';
import { startSubgraph, type RunningSubgraph } from './subgraph.ts';
import { issuerName, tokenFor, type TokenChange } from './tokens.ts';

export interface System {
  readonly url: string;
  readonly keys: TestKeys;
  readonly members: Members;
  readonly subgraphs: ReadonlyMap<string, RunningSubgraph>;
  /** The gateway's ear on the topics. */
  readonly tail: TailListener;
  tokenOf(principal: Principal, change?: TokenChange): Promise<string>;
  post(token: string | undefined, body: unknown, headers?: Record<string, string>): Promise<Response>;
  stop(): Promise<void>;
}

const nowhere = 'http://127.0.0.1:9';

/** The whole gateway as `main.ts` starts it, over fixture subgraphs, with its tail in the test's hand. */
export async function startSystem(env: Record<string, string> = {}): Promise<System> {
  const keys = await testKeys();
  const members: Members = new Map();
  const running = await Promise.all(
    fixtures(members).map(async (one) => [one.name, await startSubgraph(one, keys.context.publicJwks)] as const),
  );
  const subgraphs = new Map(running);
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-gateway-'));
  const supergraph = join(folder, 'supergraph.graphql');
  writeFileSync(supergraph, composeSupergraph([...fixtures(members), { name: 'events', sdl: eventsSdl() }]));
  const config = readConfig({ ...settings(keys, subgraphs, supergraph), ...env });
  let tail: TailListener | undefined;
  const service = await createService(config, createLogger('gateway', config.TOCSIN_LOG_LEVEL), (listener) => {
    tail = listener;
    return [];
  });
  for (const part of service.parts) await part.start();
  const url = `http://127.0.0.1:${service.http.port()}/graphql`;
  return {
    url,
    keys,
    members,
    subgraphs,
    tail: tail as TailListener,
    tokenOf: (principal, change) => tokenFor(principal, keys.issuer, change),
    post: (token, body, headers = {}) => post(url, token, body, headers),
    stop: async () => {
      await stopParts(service.parts);
      await Promise.all(running.map(([, subgraph]) => subgraph.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function settings(keys: TestKeys, subgraphs: ReadonlyMap<string, RunningSubgraph>, supergraph: string) {
  const urlOf = (name: string): string => subgraphs.get(name)?.url ?? nowhere;
  const names = ['detection', 'incident', 'classification', 'notification'];
  return {
    PORT: '0',
    TOCSIN_LOG_LEVEL: 'fatal',
    KAFKA_BROKERS: 'unused:9092',
    TOCSIN_SUPERGRAPH: supergraph,
    TOCSIN_SUBGRAPHS: JSON.stringify(Object.fromEntries(names.map((name) => [name, urlOf(name)]))),
    TOCSIN_CONTEXT_PRIVATE_JWK: JSON.stringify(keys.context.privateJwk),
    TOCSIN_EVENT_JWKS: JSON.stringify(keys.eventJwks),
    TOCSIN_ISSUERS: JSON.stringify([{ issuer: issuerName, algorithms: ['EdDSA'], jwks: keys.issuer.publicJwks }]),
  };
}

async function post(
  url: string,
  token: string | undefined,
  body: unknown,
  headers: Record<string, string>,
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

async function stopParts(parts: readonly Part[]): Promise<void> {
  for (const part of [...parts].reverse()) await part.stop();
}

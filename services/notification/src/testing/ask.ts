import { contextHeader, signContext, type Principal } from '@tocsin/access';
import { createLogger, createMetrics } from '@tocsin/runtime';
import { createSubgraph } from '@tocsin/subgraph';
import { testKeys, type TestDatabase } from '@tocsin/testkit';
import { createResolvers, loaders } from '../graphql/resolvers.ts';
import { mailDomain } from './bench.ts';

/** What the subgraph answers. */
export interface Answer {
  // A spec says what it expects of the data.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly data?: any;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

export interface Asking {
  ask(by: Principal, query: string, variables?: object): Promise<Answer>;
  stop(): Promise<void>;
}

/** The subgraph over a spec's database, asked as the gateway asks it. */
export async function startAsking({ db }: TestDatabase): Promise<Asking> {
  const { context } = await testKeys();
  const subgraph = createSubgraph({
    service: 'notification',
    db,
    log: createLogger('notification', 'silent'),
    metrics: createMetrics('notification'),
    http: { host: '127.0.0.1', port: 0 },
    schemaDirectory: new URL('../../schema/', import.meta.url),
    resolvers: createResolvers(mailDomain),
    loaders,
    contextJwks: context.publicJwks,
    parts: () => [db],
  });
  await subgraph.start();
  const url = `http://127.0.0.1:${String(subgraph.port())}/graphql`;
  return {
    ask: async (by, query, variables = {}) => {
      const body = JSON.stringify({ query, variables });
      const signed = await signContext(by, { audience: 'notification', body }, context.signingKey);
      const headers = { 'content-type': 'application/json', [contextHeader]: signed };
      return (await (await fetch(url, { method: 'POST', headers, body })).json()) as Answer;
    },
    stop: () => subgraph.stop(),
  };
}

export const codeOf = (answer: Answer): string | undefined => answer.errors?.[0]?.extensions.code;

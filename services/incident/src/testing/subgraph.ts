import { contextHeader, signContext, type Principal } from '@tocsin/access';
import type { Database } from '@tocsin/database';
import { createLogger, createMetrics } from '@tocsin/runtime';
import { createSubgraph } from '@tocsin/subgraph';
import { testKeys } from '@tocsin/testkit';
import { createLoaders } from '../graphql/context.ts';
import { createResolvers } from '../graphql/resolvers.ts';
import type { GapSettings } from '../rota-gap-alarms.ts';

export interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

/** The service's own subgraph on a free port, asked as the gateway asks it. */
export async function startSubgraph(db: Database, settings: GapSettings) {
  const { context } = await testKeys();
  const subgraph = createSubgraph({
    service: 'incident',
    db,
    log: createLogger('incident', 'silent'),
    metrics: createMetrics('incident'),
    http: { host: '127.0.0.1', port: 0 },
    schemaDirectory: new URL('../../schema/', import.meta.url),
    resolvers: createResolvers(settings),
    loaders: createLoaders,
    contextJwks: context.publicJwks,
    parts: () => [db],
  });
  await subgraph.start();
  return {
    ask: async (by: Principal, query: string, variables: object): Promise<Answer> => {
      const body = JSON.stringify({ query, variables });
      const signed = await signContext(by, { audience: 'incident', body }, context.signingKey);
      const headers = { 'content-type': 'application/json', [contextHeader]: signed };
      const url = `http://127.0.0.1:${String(subgraph.port())}/graphql`;
      return (await (await fetch(url, { method: 'POST', headers, body })).json()) as Answer;
    },
    stop: () => subgraph.stop(),
  };
}

export type TestSubgraph = Awaited<ReturnType<typeof startSubgraph>>;

import { readFileSync } from 'node:fs';
import type { GraphQLDataSource } from '@apollo/gateway';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse, type DocumentNode } from 'graphql';
import { OperationNotSupported } from '../errors.ts';
import type { GatewayContext } from '../context.ts';

/** The name under which `schema/events.graphql` is composed. */
export const eventsSubgraph = 'events';

export const eventsSdl = (): string => readFileSync(new URL('../../schema/events.graphql', import.meta.url), 'utf8');

/**
 * The pseudo-subgraph inside the gateway (`gateway.md` section 2): it answers the root of a subscription from the event
 * at hand, and joins nothing itself.
 */
export function createEventsSubgraph(): GraphQLDataSource {
  const schema = buildSubgraphSchema(parse(eventsSdl()));
  const documents = new Map<string, DocumentNode>();
  const documentOf = (query: string): DocumentNode => {
    const known = documents.get(query);
    if (known !== undefined) return known;
    if (documents.size >= 500) documents.clear();
    const document = parse(query);
    documents.set(query, document);
    return document;
  };
  return {
    process: async ({ request, context }) => {
      const { event } = context as GatewayContext;
      if (event === undefined) throw OperationNotSupported();
      const result = await execute({
        schema,
        document: documentOf(request.query ?? ''),
        rootValue: { incidentEvents: event },
        variableValues: request.variables ?? {},
      });
      return result as Awaited<ReturnType<GraphQLDataSource['process']>>;
    },
  };
}

import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse, validate, type GraphQLSchema } from 'graphql';
import { createLogger } from '@tocsin/runtime';
import { composeSupergraph } from './compose.ts';
import { eventsSdl } from './subgraphs/events-subgraph.ts';
import { visibility } from './subscriptions/executor.ts';
import { createGateway } from './supergraph.ts';

const supergraph = new URL('../supergraph.graphql', import.meta.url);

describe('the supergraph', () => {
  it('loads as it is committed, answers the visibility check, and spans the subgraphs of an event', async () => {
    const source = { process: () => Promise.resolve({}) };
    const log = createLogger('gateway', 'fatal');
    const gateway = createGateway({ file: supergraph.pathname, sourceOf: () => source, log });
    const { schema } = (await gateway.load()) as { schema: GraphQLSchema };
    const subscription = 'subscription { incidentEvents { id type occurredAt tenantId incident { id stage } } }';
    for (const operation of [visibility, subscription]) expect(validate(schema, parse(operation))).toEqual([]);
    await gateway.stop();
  });

  it('names no address of a subgraph that could be called', () => {
    expect(readFileSync(supergraph, 'utf8')).not.toMatch(/url: "http:\/\/(?!\w+\.invalid\/graphql")/);
  });

  it('is refused with every reason when the subgraphs contradict each other', () => {
    const header = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
    const broken = `${header} type Query { a: Missing b: Incident } type Incident @key(fields: "id") { id: Int! }`;
    const subgraphs = [
      { name: 'incident', sdl: broken },
      { name: 'events', sdl: eventsSdl() },
    ];
    expect(() => composeSupergraph(subgraphs)).toThrow(/do not compose:\n {2}.*Missing/);
  });
});

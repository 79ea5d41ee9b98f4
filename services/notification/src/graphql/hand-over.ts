import type { PageOrder } from '@tocsin/database';
import type { Resolvers } from '@tocsin/subgraph';
import type { HandOver } from '../domain/hand-over.ts';
import { handOversOf, listHandOvers } from '../hand-overs.ts';
import type { Context } from './resolvers.ts';

/** What was handed over to tenants. */
export const handOverResolvers: Resolvers<Context> = {
  Query: {
    handOvers: (_: unknown, page: PageOrder, { read }) => read((tx) => listHandOvers(tx, page)),
  },
  Incident: {
    handOvers: ({ id }: { readonly id: string }, _: unknown, { read }) => read((tx) => handOversOf(tx, id)),
  },
  HandOver: { tenant: ({ tenantId }: HandOver, _: unknown, { load }) => load.tenant.load(tenantId) },
};

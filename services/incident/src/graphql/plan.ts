import type { Resolvers } from '@tocsin/subgraph';
import type { Incident } from '../domain/incident.ts';
import * as incidents from '../incidents.ts';
import type { Context } from './context.ts';
import { commanding, type Input } from './incident-commands.ts';

/** The incident management plan: its reference, and what its tool was told. */
export const planResolvers: Resolvers<Context> = {
  Incident: {
    planDeliveries: async ({ id }: Incident, _: unknown, { load }) => (await load.planDeliveries(id))?.value ?? [],
  },
  Mutation: {
    setPlanRef: commanding<Input & { readonly planRef?: string | null }>('setPlanRef', (tx, input) =>
      incidents.setThePlanRef(tx, { ...input, planRef: input.planRef ?? null }),
    ),
  },
};

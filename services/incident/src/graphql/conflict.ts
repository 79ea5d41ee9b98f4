import type { Resolvers } from '@tocsin/subgraph';
import type { Incident } from '../domain/incident.ts';
import type { Context } from './context.ts';

/** What contradicts what, as far as this service has heard. */
export const conflictResolvers: Resolvers<Context> = {
  Incident: {
    openConflicts: async ({ id }: Incident, _: unknown, { load }) => (await load.openConflicts(id))?.value ?? [],
  },
};

import type { Resolvers } from '@tocsin/subgraph';
import type { Context } from './context.ts';
import { incidentCommandResolvers } from './incident-commands.ts';
import { incidentResolvers } from './incident.ts';
import { staffResolvers } from './staff.ts';

/** Every resolver of the subgraph. */
export const resolvers: Resolvers<Context> = {
  ...incidentResolvers,
  Query: { ...incidentResolvers['Query'], ...staffResolvers['Query'] },
  Mutation: { ...incidentCommandResolvers['Mutation'], ...staffResolvers['Mutation'] },
};

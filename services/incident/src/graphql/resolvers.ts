import type { Resolvers } from '@tocsin/subgraph';
import { conflictResolvers } from './conflict.ts';
import type { Context } from './context.ts';
import { incidentCommandResolvers } from './incident-commands.ts';
import { incidentResolvers } from './incident.ts';
import { postMortemResolvers } from './post-mortem.ts';
import { staffResolvers } from './staff.ts';

/** Every resolver of the subgraph. */
export const resolvers: Resolvers<Context> = {
  ...incidentResolvers,
  Incident: { ...incidentResolvers['Incident'], ...postMortemResolvers['Incident'], ...conflictResolvers['Incident'] },
  Query: { ...incidentResolvers['Query'], ...staffResolvers['Query'] },
  Mutation: {
    ...incidentCommandResolvers['Mutation'],
    ...postMortemResolvers['Mutation'],
    ...staffResolvers['Mutation'],
  },
};

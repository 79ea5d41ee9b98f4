import type { Resolvers } from '@tocsin/subgraph';
import { actionResolvers } from './action.ts';
import type { Context } from './context.ts';
import { incidentCommandResolvers } from './incident-commands.ts';
import { incidentResolvers } from './incident.ts';
import { postMortemResolvers } from './post-mortem.ts';
import { staffResolvers } from './staff.ts';

/** Every resolver of the subgraph. */
export const resolvers: Resolvers<Context> = {
  ...incidentResolvers,
  ...actionResolvers,
  Incident: { ...incidentResolvers['Incident'], ...actionResolvers['Incident'], ...postMortemResolvers['Incident'] },
  Query: { ...incidentResolvers['Query'], ...staffResolvers['Query'] },
  Mutation: {
    ...incidentCommandResolvers['Mutation'],
    ...actionResolvers['Mutation'],
    ...postMortemResolvers['Mutation'],
    ...staffResolvers['Mutation'],
  },
};

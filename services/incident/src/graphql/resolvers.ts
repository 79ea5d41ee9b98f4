import type { Resolvers } from '@tocsin/subgraph';
import type { Context } from './context.ts';
import { incidentCommandResolvers } from './incident-commands.ts';
import { incidentResolvers } from './incident.ts';
import { namingResolvers } from './naming.ts';
import { postMortemResolvers } from './post-mortem.ts';
import { staffResolvers } from './staff.ts';
import { timelineResolvers } from './timeline.ts';

/** Every resolver of the subgraph. */
export const resolvers: Resolvers<Context> = {
  ...incidentResolvers,
  Incident: {
    ...incidentResolvers['Incident'],
    ...postMortemResolvers['Incident'],
    ...timelineResolvers['Incident'],
  },
  Query: { ...incidentResolvers['Query'], ...staffResolvers['Query'] },
  Mutation: {
    ...incidentCommandResolvers['Mutation'],
    ...postMortemResolvers['Mutation'],
    ...staffResolvers['Mutation'],
    ...timelineResolvers['Mutation'],
    ...namingResolvers['Mutation'],
  },
};

import type { Resolvers } from '@tocsin/subgraph';
import { actionResolvers } from './action.ts';
import { conflictResolvers } from './conflict.ts';
import type { Context } from './context.ts';
import { exerciseResolvers } from './exercise.ts';
import { incidentCommandResolvers } from './incident-commands.ts';
import { incidentResolvers } from './incident.ts';
import { namingResolvers } from './naming.ts';
import { postMortemResolvers } from './post-mortem.ts';
import { staffResolvers } from './staff.ts';
import { timelineResolvers } from './timeline.ts';

const nouns: readonly Resolvers<Context>[] = [
  incidentResolvers,
  incidentCommandResolvers,
  actionResolvers,
  conflictResolvers,
  postMortemResolvers,
  staffResolvers,
  exerciseResolvers,
  timelineResolvers,
  namingResolvers,
];

/** Every resolver of the subgraph: the fields of each type from all nouns. */
export const resolvers = nouns.reduce<Resolvers<Context>>((all, noun) => {
  const merged = Object.entries(noun).map(([type, fields]) => [type, { ...all[type], ...fields }]);
  return { ...all, ...(Object.fromEntries(merged) as Resolvers<Context>) };
}, {});

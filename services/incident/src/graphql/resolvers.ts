import type { Resolvers } from '@tocsin/subgraph';
import type { GapSettings } from '../rota-gap-alarms.ts';
import { actionResolvers } from './action.ts';
import type { Context } from './context.ts';
import { exerciseResolvers } from './exercise.ts';
import { incidentCommandResolvers } from './incident-commands.ts';
import { incidentResolvers } from './incident.ts';
import { namingResolvers } from './naming.ts';
import { postMortemResolvers } from './post-mortem.ts';
import { createRotaResolvers } from './rota.ts';
import { staffResolvers } from './staff.ts';
import { timelineResolvers } from './timeline.ts';

const nouns: readonly Resolvers<Context>[] = [
  incidentResolvers,
  incidentCommandResolvers,
  actionResolvers,
  postMortemResolvers,
  staffResolvers,
  exerciseResolvers,
  timelineResolvers,
  namingResolvers,
];

/** Every resolver of the subgraph: the fields of each type from all nouns. */
export const createResolvers = (gapSettings: GapSettings): Resolvers<Context> =>
  [...nouns, createRotaResolvers(gapSettings)].reduce<Resolvers<Context>>((all, noun) => {
    const merged = Object.entries(noun).map(([type, fields]) => [type, { ...all[type], ...fields }]);
    return { ...all, ...(Object.fromEntries(merged) as Resolvers<Context>) };
  }, {});

import type { Resolvers } from '@tocsin/subgraph';
import { actionResolvers } from './action.ts';
import { conflictResolvers } from './conflict.ts';
import { auditCommandResolvers, auditResolvers } from './audit.ts';
import type { Context } from './context.ts';
import type { EvidenceDirectory } from '../edge/evidence-directory.ts';
import type { TicketSigner } from '../file-tickets.ts';
import { evidenceCommandResolvers, evidenceResolvers } from './evidence.ts';
import { exerciseResolvers } from './exercise.ts';
import { incidentCommandResolvers } from './incident-commands.ts';
import { incidentResolvers } from './incident.ts';
import { namingResolvers } from './naming.ts';
import { postMortemResolvers } from './post-mortem.ts';
import { staffResolvers } from './staff.ts';
import { timelineResolvers } from './timeline.ts';
import { transferCommandResolvers, transferResolvers } from './transfer.ts';

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
  evidenceResolvers,
  transferResolvers,
  auditResolvers,
];

/** The fields of each type from all nouns. */
const merge = (all: readonly Resolvers<Context>[]): Resolvers<Context> =>
  all.reduce<Resolvers<Context>>((merged, noun) => {
    const types = Object.entries(noun).map(([type, fields]) => [type, { ...merged[type], ...fields }]);
    return { ...merged, ...(Object.fromEntries(types) as Resolvers<Context>) };
  }, {});

/** Every resolver that needs nothing but the database. */
export const resolvers = merge(nouns);

/** Every resolver of the subgraph, with those that hand out tickets of the files port. */
export const createResolvers = (sign: TicketSigner, storage: EvidenceDirectory): Resolvers<Context> =>
  merge([
    ...nouns,
    evidenceCommandResolvers(sign, storage),
    transferCommandResolvers(sign),
    auditCommandResolvers(sign),
  ]);

import type { SafeRequest } from '@tocsin/runtime';
import type { Resolvers } from '@tocsin/subgraph';
import type { GapSettings } from '../rota-gap-alarms.ts';
import { actionResolvers } from './action.ts';
import { auditCommandResolvers, auditResolvers } from './audit.ts';
import { conflictResolvers } from './conflict.ts';
import type { Context } from './context.ts';
import type { EvidenceStorage } from '../edge/evidence-storage.ts';
import type { TicketSigner } from '../file-tickets.ts';
import { evidenceCommandResolvers, evidenceResolvers } from './evidence.ts';
import { exerciseResolvers } from './exercise.ts';
import { incidentCommandResolvers } from './incident-commands.ts';
import { incidentListResolvers } from './incident-lists.ts';
import { incidentResolvers } from './incident.ts';
import { namingResolvers } from './naming.ts';
import { mergingResolvers } from './merging.ts';
import { pageResolvers } from './page.ts';
import { planResolvers } from './plan.ts';
import { postMortemResolvers } from './post-mortem.ts';
import { createRotaResolvers } from './rota.ts';
import { staffResolvers } from './staff.ts';
import { timelineResolvers } from './timeline.ts';
import { transferCommandResolvers, transferResolvers } from './transfer.ts';

const nouns: readonly Resolvers<Context>[] = [
  incidentResolvers,
  incidentListResolvers,
  incidentCommandResolvers,
  actionResolvers,
  conflictResolvers,
  mergingResolvers,
  postMortemResolvers,
  staffResolvers,
  exerciseResolvers,
  timelineResolvers,
  namingResolvers,
  evidenceResolvers,
  transferResolvers,
  auditResolvers,
  planResolvers,
];

/** What the resolvers need besides the database. */
export interface Outside {
  readonly sign: TicketSigner;
  readonly storage: EvidenceStorage;
  readonly gapSettings: GapSettings;
  /** Refuses addresses that webhooks may not reach. */
  readonly checkUrl: SafeRequest['check'];
}

/** Every resolver of the subgraph: the fields of each type from all nouns. */
export const createResolvers = ({ sign, storage, gapSettings, checkUrl }: Outside): Resolvers<Context> =>
  [
    ...nouns,
    evidenceCommandResolvers(sign, storage),
    transferCommandResolvers(sign),
    auditCommandResolvers(sign),
    createRotaResolvers(gapSettings),
    pageResolvers(checkUrl),
  ].reduce<Resolvers<Context>>((all, noun) => {
    const merged = Object.entries(noun).map(([type, fields]) => [type, { ...all[type], ...fields }]);
    return { ...all, ...(Object.fromEntries(merged) as Resolvers<Context>) };
  }, {});

import type { Decision } from '@tocsin/contracts';
import type { Resolvers } from '@tocsin/subgraph';
import type { Incident } from '../domain/incident.ts';
import type { Context } from './context.ts';

/** The query of one and the fields that are not named as in the domain. */
export const incidentResolvers: Resolvers<Context> = {
  Query: {
    incident: (_: unknown, { id }: { id: string }, { load }) => load.incident(id),
  },
  Incident: {
    __resolveReference: ({ id }: { id: string }, { load }: Context) => load.incident(id),
    onCall: ({ onCallId }: Incident) => onCallId,
    incidentManager: ({ incidentManagerId }: Incident) => incidentManagerId,
    detections: ({ detectionIds }: Incident) => detectionIds.map((id) => ({ id })),
    roundTheClock: async ({ id }: Incident, _: unknown, { load }) =>
      (await load.knownFacts(id))?.value.roundTheClock ?? false,
    responsibilityDecisions: async ({ id }: Incident, _: unknown, { load }) =>
      (await load.responsibilityDecisions(id))?.value ?? [],
  },
  ResponsibilityDecision: {
    responsibility: ({ value }: Decision) => value,
  },
};

import type { Resolvers } from '@tocsin/subgraph';
import type { Incident } from '../domain/incident.ts';
import { mergeIncidents, relateIncidents, splitIncident, type MergeOrder } from '../merging.ts';
import type { Context } from './context.ts';
import type { DecisionInput, Input } from './incident-commands.ts';

interface RelateIncidentsInput extends DecisionInput {
  readonly relatedIncidentId: string;
}
type MergeIncidentsInput = MergeOrder & Input;
interface SplitIncidentInput extends DecisionInput {
  readonly detectionIds: readonly string[];
}

/** Those of the incidents that the caller may see. */
const visible = async (ids: readonly string[], { load }: Context): Promise<Incident[]> => {
  const incidents = await Promise.all(ids.map((id) => load.incident(id)));
  return incidents.filter((incident) => incident !== null);
};

/** What concerns two incidents: relations, mergers, splits. */
export const mergingResolvers: Resolvers<Context> = {
  Incident: {
    relatedIncidents: ({ relatedIncidentIds }: Incident, _: unknown, context: Context) =>
      visible(relatedIncidentIds, context),
    mergedInto: ({ mergedInto }: Incident, _: unknown, { load }: Context) =>
      mergedInto === null ? null : load.incident(mergedInto),
    mergedFrom: ({ mergedFrom }: Incident, _: unknown, context: Context) => visible(mergedFrom, context),
  },
  Mutation: {
    relateIncidents: async (_: unknown, { input }: { input: RelateIncidentsInput }, { command, load }: Context) => {
      const { incidentId, relatedIncidentId } = input;
      await command('relateIncidents', input, async (tx) => {
        await relateIncidents(tx, input);
        return { incidentId };
      });
      await load.changedIncident(relatedIncidentId);
      return { incident: await load.changedIncident(incidentId) };
    },
    mergeIncidents: async (_: unknown, { input }: { input: MergeIncidentsInput }, { command, load }: Context) => {
      const { intoId } = await command('mergeIncidents', { ...input }, async (tx) => ({
        intoId: (await mergeIncidents(tx, input)).id,
      }));
      const into = await load.changedIncident(intoId);
      return { incident: await load.changedIncident(input.incidentId), into };
    },
    splitIncident: async (_: unknown, { input }: { input: SplitIncidentInput }, { command, load }: Context) => {
      const { splitId } = await command('splitIncident', input, async (tx) => ({
        splitId: (await splitIncident(tx, input)).id,
      }));
      return { incident: await load.changedIncident(input.incidentId), split: await load.changedIncident(splitId) };
    },
  },
};

import type { Resolvers } from '@tocsin/subgraph';
import { metricsOf } from '../domain/milestones.ts';
import type { Incident } from '../domain/incident.ts';
import {
  countIncidents,
  measureIncidents,
  overviewIncidents,
  pageIncidents,
  type IncidentsOrder,
} from '../incident-lists.ts';
import type { IncidentFilter } from '../store/incident-filter.ts';
import type { Context } from './context.ts';

interface Filtered {
  readonly filter?: IncidentFilter | null;
}
type IncidentsArgs = Filtered & Pick<IncidentsOrder, 'first' | 'order'> & { readonly after?: string | null };

/** Lists, counts and measures of many incidents. */
export const incidentListResolvers: Resolvers<Context> = {
  Query: {
    incidents: (_: unknown, { first, after, filter, order }: IncidentsArgs, { read }) =>
      read((tx) => pageIncidents(tx, { first, after: after ?? null, filter: filter ?? {}, order })),
    incidentFacets: (_: unknown, { filter }: Filtered, { read }) => read((tx) => countIncidents(tx, filter ?? {})),
    incidentOverview: (_: unknown, _args: unknown, { read }) => read(overviewIncidents),
    incidentMetrics: (_: unknown, { filter }: Filtered, { read }) => read((tx) => measureIncidents(tx, filter ?? {})),
  },
  IncidentOverview: {
    oldestOpen: ({ oldestOpenId: id }: { oldestOpenId: string | null }, _: unknown, { load }) =>
      id === null ? null : load.incident(id),
  },
  Incident: {
    metrics: async (incident: Incident, _: unknown, { load }) =>
      metricsOf(incident, {
        declaredAt: (await load.knownFacts(incident.id))?.value.declaredAt ?? null,
        pageAcknowledgedAt: (await load.pageAcknowledged(incident.id))?.value ?? null,
      }),
  },
};

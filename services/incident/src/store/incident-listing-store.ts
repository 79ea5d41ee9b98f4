import type { Disposition, Responsibility, SignalSource, Stage } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import type { Incident } from '../domain/incident.ts';
import { all, piece, rowsOf, type Fragment } from './fragment.ts';
import { searchable } from './incident-search-store.ts';

/** What a list is narrowed to. Several values of one field are alternatives; none narrow nothing. */
export interface IncidentFilter {
  readonly search?: string | null | undefined;
  readonly stages?: readonly Stage[] | null | undefined;
  readonly statuses?: readonly Incident['status'][] | null | undefined;
  readonly sources?: readonly SignalSource[] | null | undefined;
  readonly responsibilities?: readonly Responsibility[] | null | undefined;
  readonly dispositions?: readonly Disposition[] | null | undefined;
  /** Opened at this instant or later. */
  readonly openedFrom?: Date | null | undefined;
  /** Opened before this instant. */
  readonly openedTo?: Date | null | undefined;
  readonly onCall?: string | null | undefined;
  readonly roundTheClock?: boolean | null | undefined;
}

/** Whose incidents: a present member in one of the roles. */
export interface Reader {
  readonly principalId: string;
  readonly roles: readonly string[];
}

/** The provider's own integration, which sees all; its rows come from the migration's view. */
export const wholeListing: Reader = { principalId: '', roles: ['PARTNER'] };

export interface ListingPage {
  readonly limit: number;
  /** The number after which to go on; null from the start. */
  readonly after: number | null;
  readonly order: 'NEWEST' | 'OLDEST';
}

/** How many incidents have these values together. */
export interface FacetRow {
  readonly stage: Stage;
  readonly status: Incident['status'];
  readonly source: SignalSource;
  readonly responsibility: Responsibility;
  readonly disposition: Disposition | null;
  readonly count: number;
}

/** The open incidents of one stage. */
export interface OpenRow {
  readonly stage: Stage;
  readonly count: number;
  readonly roundTheClock: number;
  readonly oldestNumber: number;
  readonly oldestId: string;
}

/** Median and 90th percentile of each time, in seconds, and how many incidents have one. */
export interface MetricRow {
  readonly name: string;
  readonly count: number;
  readonly seconds: readonly [number, number] | null;
}

/** Questions about the many incidents that a reader may see. */
export function incidentListingStore(tx: Transaction, reader: Reader) {
  const matching = (filter: IncidentFilter): Fragment => all([...visible(tx, reader), ...narrowed(filter)]);
  /** Somebody with two roles in an incident has two rows of it. */
  const once = reader.roles.length > 1 ? piece`distinct` : piece`all`;
  return {
    /** Ids, in the order of numbers. */
    page: async (filter: IncidentFilter, { limit, after, order }: ListingPage): Promise<string[]> => {
      const newest = order === 'NEWEST';
      const beyond = newest ? piece`l.number < ${after}::integer` : piece`l.number > ${after}::integer`;
      const rows = await rowsOf<{ id: string }>(
        tx,
        piece`/* incident.page */
          select distinct on (l.number) l.incident_id as id from incident_listing l
          where ${matching(filter)} and ${after === null ? piece`true` : beyond}
          order by l.number ${newest ? piece`desc` : piece`asc`} limit ${limit}::integer`,
      );
      return rows.map(({ id }) => id);
    },
    facets: (filter: IncidentFilter): Promise<FacetRow[]> =>
      rowsOf(
        tx,
        piece`/* incident.facets */
          select stage, status, source, responsibility, disposition, count(*)::integer as count
          from (select ${once} l.number, l.stage, l.status, l.source, l.responsibility, l.disposition
            from incident_listing l where ${matching(filter)}) as seen
          group by status, stage, source, responsibility, disposition`,
      ),
    open: (): Promise<OpenRow[]> =>
      rowsOf(
        tx,
        piece`/* incident.overview */
          select stage, count(*)::integer as count, count(*) filter (where round_the_clock)::integer as "roundTheClock",
            min(number) as "oldestNumber", (array_agg(incident_id order by number))[1] as "oldestId"
          from (select ${once} l.number, l.incident_id, l.stage, l.round_the_clock
            from incident_listing l where ${matching({ statuses: ['OPEN'] })}) as seen
          group by stage`,
      ),
    metrics: (filter: IncidentFilter): Promise<MetricRow[]> =>
      rowsOf(
        tx,
        piece`/* incident.metrics */
          select name, count(seconds)::integer as count,
            percentile_cont(array[0.5, 0.9]) within group (order by seconds) as seconds
          from (select ${once} l.number, l.detected_at, l.acknowledged_at, l.assessed_at, l.contained_at,
              l.declared_at, l.closed_at
            from incident_listing l where ${matching(filter)}) as seen
          cross join lateral (values
            ('all', 0),
            ('timeToAcknowledge', extract(epoch from acknowledged_at - detected_at)::float8),
            ('timeToAssess', extract(epoch from assessed_at - detected_at)::float8),
            ('timeToContain', extract(epoch from contained_at - detected_at)::float8),
            ('timeToDeclare', extract(epoch from declared_at - detected_at)::float8),
            ('timeToClose', extract(epoch from closed_at - detected_at)::float8)) as time (name, seconds)
          group by name`,
      ),
  };
}

function visible({ now }: Transaction, { principalId, roles }: Reader): Fragment[] {
  return [
    piece`l.principal_id = ${principalId}`,
    ...oneOf(piece`l.role`, roles),
    piece`(l.until is null or l.until > ${now}::timestamptz)`,
  ];
}

function narrowed(filter: IncidentFilter): Fragment[] {
  const { search, openedFrom, openedTo, onCall, roundTheClock } = filter;
  const given = <T>(value: T | null | undefined, condition: (value: T) => Fragment): Fragment[] =>
    value === null || value === undefined ? [] : [condition(value)];
  return [
    ...oneOf(piece`l.stage`, filter.stages),
    ...oneOf(piece`l.status`, filter.statuses),
    ...oneOf(piece`l.source`, filter.sources),
    ...oneOf(piece`l.responsibility`, filter.responsibilities),
    ...oneOf(piece`l.disposition`, filter.dispositions),
    ...given(openedFrom, (from) => piece`l.detected_at >= ${from}::timestamptz`),
    ...given(openedTo, (to) => piece`l.detected_at < ${to}::timestamptz`),
    ...given(onCall, (principalId) => piece`l.on_call_id = ${principalId}`),
    ...given(roundTheClock, (is) => piece`l.round_the_clock = ${is}`),
    ...given(search, (text) => piece`l.incident_id in (${searchable(text)})`),
  ];
}

/** A single value by `=`: only then the index keeps the order of what follows. */
function oneOf(column: Fragment, values: readonly string[] | null | undefined): Fragment[] {
  if (values === null || values === undefined || values.length === 0) return [];
  return [values.length === 1 ? piece`${column} = ${values[0]}` : piece`${column} = any(${values}::text[])`];
}

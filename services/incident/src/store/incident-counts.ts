import type { Disposition, Responsibility, SignalSource, Stage } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import type { Incident } from '../domain/incident.ts';
import { Fragment, piece, rowsOf } from './fragment.ts';
import { matching, once, type IncidentFilter, type Reader } from './incident-filter.ts';

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

/** How many incidents came so far, and the median and 90th percentile of the seconds they took. */
export interface Statistics {
  readonly count: number;
  readonly medianSeconds: number | null;
  readonly p90Seconds: number | null;
}

export interface MetricsRow {
  readonly count: number;
  readonly to_acknowledge: Statistics;
  readonly to_assess: Statistics;
  readonly to_contain: Statistics;
  readonly to_declare: Statistics;
  readonly to_close: Statistics;
}

const statistics = (column: Exclude<keyof MetricsRow, 'count'>): Fragment =>
  new Fragment(
    [
      `json_build_object('count', count(${column}),
        'medianSeconds', percentile_cont(0.5) within group (order by ${column}),
        'p90Seconds', percentile_cont(0.9) within group (order by ${column})) as ${column}`,
    ],
    [],
  );

/** How many of the reader's incidents have which values. */
export const countFacets = (tx: Transaction, reader: Reader, filter: IncidentFilter): Promise<FacetRow[]> =>
  rowsOf(
    tx,
    piece`/* incident.facets */
      select stage, status, source, responsibility, disposition, count(*)::integer as count
      from (select ${once(reader)} l.number, l.stage, l.status, l.source, l.responsibility, l.disposition
        from incident_listing l where ${matching(tx, reader, filter)}) as seen
      group by status, stage, source, responsibility, disposition`,
  );

/** The reader's open incidents, by stage. */
export const countOpen = (tx: Transaction, reader: Reader): Promise<OpenRow[]> =>
  rowsOf(
    tx,
    piece`/* incident.overview */
      select stage, count(*)::integer as count, count(*) filter (where round_the_clock)::integer as "roundTheClock",
        min(number) as "oldestNumber", (array_agg(incident_id order by number))[1] as "oldestId"
      from (select ${once(reader)} l.number, l.incident_id, l.stage, l.round_the_clock
        from incident_listing l where ${matching(tx, reader, { statuses: ['OPEN'] })}) as seen
      group by stage`,
  );

/** How long the reader's incidents took. */
export async function measureListing(tx: Transaction, reader: Reader, filter: IncidentFilter): Promise<MetricsRow> {
  const [row] = await rowsOf<MetricsRow>(
    tx,
    piece`/* incident.metrics */
      select count(*)::integer as count, ${statistics('to_acknowledge')}, ${statistics('to_assess')},
        ${statistics('to_contain')}, ${statistics('to_declare')}, ${statistics('to_close')}
      from (select ${once(reader)} l.number, l.to_acknowledge, l.to_assess, l.to_contain, l.to_declare, l.to_close
        from incident_listing l where ${matching(tx, reader, filter)}) as seen`,
  );
  if (row === undefined) throw new Error('An aggregate has one row.');
  return row;
}

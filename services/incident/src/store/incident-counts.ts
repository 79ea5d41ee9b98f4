import type { Disposition, Responsibility, SignalSource, Stage } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import type { Incident } from '../domain/incident.ts';
import { Fragment, piece, rowsOf } from './fragment.ts';
import { matching, once, type Reader } from './incident-filter.ts';
import { fitting, newestOf, questionOf, type Asked, type Question } from './newest-incidents.ts';

/** How many incidents have these values together. */
export interface FacetRow {
  readonly stage: Stage;
  readonly status: Incident['status'];
  readonly source: SignalSource;
  readonly responsibility: Responsibility;
  readonly disposition: Disposition | null;
  readonly count: number;
}

/** What was counted: null is all, else only what was opened at this instant or later. */
interface Counted {
  readonly countedFrom: Date | null;
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

export interface MetricsRow extends Counted {
  readonly count: number;
  readonly toAcknowledge: Statistics;
  readonly toAssess: Statistics;
  readonly toContain: Statistics;
  readonly toDeclare: Statistics;
  readonly toClose: Statistics;
}

/** How many of the reader's incidents have which values. */
export async function countFacets(asked: Asked): Promise<Counted & { readonly rows: readonly FacetRow[] }> {
  const question = await questionOf(asked);
  if (question.words === 'COMMON') return countNewest(question);
  const rows = await rowsOf<FacetRow>(
    asked.tx,
    piece`/* incident.facets */ ${facetsIn(piece`(
      select ${once(asked.reader)} l.number, l.stage, l.status, l.source, l.responsibility, l.disposition
      from ${fitting(question)}) as seen`)}`,
  );
  return { countedFrom: null, rows };
}

async function countNewest(question: Question) {
  const columns = piece`l.stage, l.status, l.source, l.responsibility, l.disposition`;
  const [row] = await rowsOf<Counted & { readonly rows: readonly FacetRow[] }>(
    question.tx,
    piece`/* incident.facets_newest */ with ${newestOf(question, columns)}
      select (select at from edge) as "countedFrom",
        coalesce((select json_agg(f) from (${facetsIn(piece`counted`)}) f), '[]') as rows`,
  );
  return only(row);
}

const facetsIn = (incidents: Fragment): Fragment =>
  piece`select stage, status, source, responsibility, disposition, count(*)::integer as count
    from ${incidents} group by status, stage, source, responsibility, disposition`;

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

/** How long the newest of the reader's incidents took. */
export async function measureListing(asked: Asked): Promise<MetricsRow> {
  const { tx } = asked;
  const question = await questionOf(asked);
  const columns = piece`l.to_acknowledge_ms, l.to_assess_ms, l.to_contain_ms, l.to_declare_ms, l.to_close_ms`;
  // Sorted in memory: 4 MB, which is usual, are not enough for so many.
  await rowsOf(tx, piece`/* incident.metrics_memory */ select set_config('work_mem', '16MB', true)`);
  const [row] = await rowsOf<MetricsRow>(
    tx,
    piece`/* incident.metrics */ with ${newestOf(question, columns)}
      select (select at from edge) as "countedFrom", count(*)::integer as count,
        ${statistics('to_acknowledge_ms')} as "toAcknowledge", ${statistics('to_assess_ms')} as "toAssess",
        ${statistics('to_contain_ms')} as "toContain", ${statistics('to_declare_ms')} as "toDeclare",
        ${statistics('to_close_ms')} as "toClose"
      from counted`,
  );
  return only(row);
}

/** A percentile is a time that one of them took: the shortest that so many did not exceed. */
const statistics = (column: string): Fragment =>
  new Fragment(
    [
      `json_build_object('count', count(${column}),
        'medianSeconds', percentile_disc(0.5) within group (order by ${column}) / 1000.0,
        'p90Seconds', percentile_disc(0.9) within group (order by ${column}) / 1000.0)`,
    ],
    [],
  );

function only<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new Error('An aggregate has one row.');
  return row;
}

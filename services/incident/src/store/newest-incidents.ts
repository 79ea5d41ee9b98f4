import type { Transaction } from '@tocsin/database';
import { piece, type Fragment } from './fragment.ts';
import { matching, type IncidentFilter, type Reader } from './incident-filter.ts';
import { isCommon, isFound, searchable } from './incident-search-store.ts';

/* Which incidents are counted, in bounded time: all that fit, or the newest of them and since when these are all. */

/** What is done in a tenth of a second (ADR 22). */
export interface Limits {
  /** How many incidents metrics sort. */
  readonly measured: number;
  /** Through how many a count looks, one by one, for words that many have. */
  readonly searched: number;
  /** Words that stand in more incidents are looked for in that way. */
  readonly common: number;
}

export const usualLimits: Limits = { measured: 20_000, searched: 5_000, common: 5_000 };

/** Which incidents are asked about, and by whom. */
export interface Asked {
  readonly tx: Transaction;
  readonly reader: Reader;
  readonly filter: IncidentFilter;
  readonly limits: Limits;
}

export interface Question extends Asked {
  /** Whether words are searched for, and how they are found soonest. */
  readonly words: 'NONE' | 'RARE' | 'COMMON';
}

export async function questionOf(asked: Asked): Promise<Question> {
  const { tx, filter, limits } = asked;
  if (filter.search == null) return { ...asked, words: 'NONE' };
  return { ...asked, words: (await isCommon(tx, filter.search, limits.common)) ? 'COMMON' : 'RARE' };
}

/** What follows `from`: rows of `incident_listing l` that fit; if the words are common, whether they are there or not. */
export function fitting({ tx, reader, filter, words }: Question): Fragment {
  const conditions = matching(tx, reader, filter);
  if (words !== 'RARE' || filter.search == null) return piece`incident_listing l where ${conditions}`;
  // Each is looked up: PostgreSQL would rather read all that the reader sees, to look for a few in them.
  return piece`(${searchable(filter.search)} offset 0) f cross join lateral (
      select l.* from incident_listing l where l.incident_id = f.incident_id and ${conditions} offset 0) l`;
}

/**
 * Queries for a `with`: `counted`, and `edge`, which has a row only if more fit than the limit is. Then `counted` holds all
 * of `at` or later, so that `openedTo: at` goes on from there. Instants have milliseconds.
 *
 * @param columns of `incident_listing l`: what is counted.
 */
export function newestOf(question: Question, columns: Fragment): Fragment {
  const { filter, limits, words } = question;
  const limit = words === 'COMMON' ? limits.searched : limits.measured;
  const found =
    words === 'COMMON' && filter.search != null ? isFound(piece`n.incident_id`, filter.search) : piece`true`;
  return piece`newest as materialized (
      select distinct on (l.detected_at, l.number) l.detected_at, l.incident_id, ${columns}
      from ${fitting(question)}
      order by l.detected_at desc, l.number desc limit ${limit + 1}::integer),
    edge as (
      select date_trunc('milliseconds', min(detected_at)) + interval '1 millisecond' as at
      from newest having count(*) > ${limit}::integer),
    counted as (
      select n.* from newest n
      where n.detected_at >= coalesce((select at from edge), '-infinity') and ${found})`;
}

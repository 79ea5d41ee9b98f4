import type { Transaction } from '@tocsin/database';
import { piece, rowsOf, type Fragment } from './fragment.ts';
import { matching, type IncidentFilter, type Reader } from './incident-filter.ts';
import { isFound, searchable } from './incident-search-store.ts';

/** Where an incident stands in lists. */
export interface Place {
  readonly detectedAt: Date;
  readonly number: number;
}

export interface ListingPage {
  readonly limit: number;
  /** The incident after which to go on; null from the start. */
  readonly after: Place | null;
  readonly order: 'NEWEST' | 'OLDEST';
}

/** Ids, in the order of opening. */
export function pageListing(
  tx: Transaction,
  reader: Reader,
  filter: IncidentFilter,
  page: ListingPage,
): Promise<readonly string[]> {
  const conditions = matching(tx, reader, filter);
  return filter.search == null ? listed(tx, conditions, page) : searched(tx, conditions, filter.search, page);
}

async function listed(tx: Transaction, conditions: Fragment, page: ListingPage): Promise<readonly string[]> {
  const rows = await rowsOf<{ id: string }>(
    tx,
    piece`/* incident.page */ ${inOrder(piece`incident_listing l`, conditions, page)}`,
  );
  return rows.map(({ id }) => id);
}

/** How many incidents are looked at one by one before the index of words is asked. */
const nearest = 1_000;

/**
 * Words that many have are found soon among the next incidents of the list; words that few have, in the index of words.
 * Neither way is good for both, and PostgreSQL cannot know how often words occur together.
 */
async function searched(
  tx: Transaction,
  conditions: Fragment,
  text: string,
  page: ListingPage,
): Promise<readonly string[]> {
  const near = await searchNear(tx, conditions, text, page);
  const limit = page.limit - near.ids.length;
  if (limit <= 0 || near.looked < nearest) return near.ids;
  const found = piece`(${searchable(text)} offset 0) f join incident_listing l on l.incident_id = f.incident_id`;
  const rest = inOrder(found, conditions, { ...page, limit, after: near });
  const rows = await rowsOf<{ id: string }>(tx, piece`/* incident.search_far */ ${rest}`);
  return [...near.ids, ...rows.map(({ id }) => id)];
}

/** Up to where was looked, and what was found until there. */
interface Near extends Place {
  readonly looked: number;
  readonly ids: readonly string[];
}

async function searchNear(tx: Transaction, conditions: Fragment, text: string, page: ListingPage): Promise<Near> {
  const direction = page.order === 'NEWEST' ? piece`desc` : piece`asc`;
  const inTheirOrder = piece`order by n.detected_at ${direction}, n.number ${direction}`;
  const [near] = await rowsOf<Near>(
    tx,
    piece`/* incident.search_near */
      with near as materialized (${inOrder(piece`incident_listing l`, conditions, { ...page, limit: nearest })})
      select count(*)::integer as looked,
        (array_agg(n.detected_at ${inTheirOrder}))[count(*)] as "detectedAt",
        (array_agg(n.number ${inTheirOrder}))[count(*)] as number,
        array(select n.id from near n where ${isFound(piece`n.id`, text)}
          ${inTheirOrder} limit ${page.limit}::integer) as ids
      from near n`,
  );
  if (near === undefined) throw new Error('An aggregate has one row.');
  return near;
}

/** A page of them; once, though somebody with two roles in an incident has two rows of it. */
function inOrder(from: Fragment, conditions: Fragment, { limit, after, order }: ListingPage): Fragment {
  const [direction, beyond] = order === 'NEWEST' ? [piece`desc`, piece`<`] : [piece`asc`, piece`>`];
  const start =
    after === null
      ? piece`true`
      : piece`(l.detected_at, l.number) ${beyond} (${after.detectedAt}::timestamptz, ${after.number}::integer)`;
  return piece`select distinct on (l.detected_at, l.number) l.incident_id as id, l.detected_at, l.number
    from ${from} where ${conditions} and ${start}
    order by l.detected_at ${direction}, l.number ${direction} limit ${limit}::integer`;
}

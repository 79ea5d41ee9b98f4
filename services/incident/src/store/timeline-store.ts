import type { Position, Store, Transaction } from '@tocsin/database';
import { NotFound } from '@tocsin/errors';
import type { EntryWithLatest, RecordedEntry, TimelineEntry } from '../domain/timeline.ts';
import { addWords } from './incident-search-store.ts';
import { firstOfTwo } from './first-of-two.ts';
import { timelineEntryTable } from './timeline-entry-table.ts';
import { isUuid } from './uuid.ts';

/** Which entries of a timeline, in the order of (`occurredAt`, `id`) or its reverse. */
export interface TimelineQuery {
  readonly limit: number;
  readonly after: Position | null;
  readonly order: 'OLDEST' | 'NEWEST';
}

/** An entry as it is read: also which other one corrects it. */
export type ReadEntry = TimelineEntry & { readonly correctedBy: string | null };

interface TimelineStore extends Store<RecordedEntry> {
  /** What commands leave behind, in the transaction of the command. */
  record(entries: readonly TimelineEntry[]): Promise<void>;
  read(id: string): Promise<ReadEntry | null>;
  /** Null if the incident has no such entry. */
  findWithLatest(incidentId: string, id: string): Promise<EntryWithLatest | null>;
  /** Up to `limit` entries of each of the incidents. */
  page(incidentIds: readonly string[], query: TimelineQuery): Promise<ReadEntry[]>;
}

/** The entries of timelines; the database refuses to change them. */
export function timelineStore(tx: Transaction): TimelineStore {
  const rows = tx.manager.getRepository(timelineEntryTable);
  const find = async (id: string): Promise<RecordedEntry | null> => {
    const entry = isUuid(id) ? await rows.findOneBy({ id }) : null;
    return entry && { ...entry, version: 1 };
  };
  return {
    aggregate: 'timelineEntry',
    find,
    get: async (id) => {
      const entry = await find(id);
      if (entry === null) throw NotFound();
      return entry;
    },
    save: async ({ version: _version, ...entry }) => {
      await rows.insert(entry).catch(firstOfTwo('timeline_entry_corrects_key'));
      await addWords(tx, entry.incidentId, entry.text);
    },
    record: async (entries) => {
      if (entries.length > 0) await rows.insert([...entries]);
    },
    read: async (id) => {
      const entry = await rows.findOneBy({ id });
      return entry && { ...entry, correctedBy: (await rows.findOneBy({ corrects: id }))?.id ?? null };
    },
    findWithLatest: async (incidentId, id) => {
      const entry = isUuid(id) ? await rows.findOneBy({ id, incidentId }) : null;
      return entry && { entry, latestId: await latestOf(tx, id) };
    },
    page: (incidentIds, query) => page(tx, incidentIds, query),
  };
}

async function latestOf(tx: Transaction, id: string): Promise<string> {
  const [row] = await tx.manager.sql<{ id: string }[]>`/* timeline.latest */
    with recursive chain (id, n) as (
      select ${id}::uuid, 0
      union all select e.id, n + 1 from timeline_entry e join chain on e.corrects = chain.id)
    select id from chain order by n desc limit 1`;
  return row?.id ?? id;
}

function page(tx: Transaction, incidentIds: readonly string[], query: TimelineQuery): Promise<ReadEntry[]> {
  const { limit, after, order } = query;
  const [direction, beyond] = order === 'OLDEST' ? ['asc', '>'] : ['desc', '<'];
  const start = order === 'OLDEST' ? '-infinity' : 'infinity';
  const lastId = after?.id ?? '00000000-0000-0000-0000-000000000000';
  return tx.manager.sql<ReadEntry[]>`/* timeline.page */
    select e.*, c.id as "correctedBy"
    from unnest(${incidentIds}::uuid[]) as i (id)
    cross join lateral (
      select id, incident_id as "incidentId", kind, text, refs, occurred_at as "occurredAt",
        recorded_at as "recordedAt", recorded_by as "recordedBy", corrects, reason
      from timeline_entry
      where incident_id = i.id
        and (occurred_at, id) ${() => beyond} (${after?.key ?? start}::timestamptz, ${lastId}::uuid)
      order by occurred_at ${() => direction}, id ${() => direction}
      limit ${limit}::integer) e
    left join timeline_entry c on c.corrects = e.id
    order by "occurredAt" ${() => direction}, e.id ${() => direction}`;
}

import { decodeCursor, pageSize, toPage, type Page, type Position, type Transaction } from '@tocsin/database';
import { InvalidInput } from '@tocsin/errors';
import { listVisible } from './incident-reads.ts';
import { timelineStore, type ReadEntry, type TimelineQuery } from './store/timeline-store.ts';
import { isUuid } from './store/uuid.ts';

export interface TimelinePageOrder {
  readonly first: number;
  readonly after: string | null;
  readonly order: TimelineQuery['order'];
}

/** The same page of the timelines of several incidents; those that the principal may not see are left out (S-3). */
export async function pageTimelines(
  tx: Transaction,
  incidentIds: readonly string[],
  { first, after, order }: TimelinePageOrder,
): Promise<{ readonly id: string; readonly page: Page<ReadEntry> }[]> {
  const query = { limit: pageSize({ first }) + 1, after: instantPosition(decodeCursor(after)), order };
  const ids = (await listVisible(tx, incidentIds)).map(({ id }) => id);
  const entries = await timelineStore(tx).page(ids, query);
  return ids.map((id) => {
    const own = entries.filter(({ incidentId }) => incidentId === id);
    return {
      id,
      page: toPage(own, first, ({ occurredAt, id: entry }) => ({ key: occurredAt.toISOString(), id: entry })),
    };
  });
}

/** One entry; null if it is absent, or of an incident that the principal may not see. */
export async function findTimelineEntry(tx: Transaction, id: string): Promise<ReadEntry | null> {
  const entry = await timelineStore(tx).read(id);
  if (entry === null || (await listVisible(tx, [entry.incidentId])).length === 0) return null;
  return entry;
}

/** @throws INVALID_INPUT */
export function instantPosition(position: Position | null): Position | null {
  if (position === null) return null;
  const instant = new Date(position.key);
  const isOurs = !Number.isNaN(instant.getTime()) && instant.toISOString() === position.key && isUuid(position.id);
  if (!isOurs) throw InvalidInput({ field: 'after', reason: 'is not a cursor of this list' });
  return position;
}

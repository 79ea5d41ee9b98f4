import type { Transaction } from '@tocsin/database';
import { NotFound } from '@tocsin/errors';
import {
  addEntry,
  correctEntry,
  type CorrectionOrder,
  type EntryOrder,
  type TimelineEntry,
} from './domain/timeline.ts';
import { memberActing } from './incidents.ts';
import { timelineStore } from './store/timeline-store.ts';

interface Target {
  readonly incidentId: string;
}

/** Writes an entry. It leaves the incident's version alone: whoever decides meanwhile is not disturbed by notes. */
export async function addTimelineEntry(tx: Transaction, order: Target & EntryOrder): Promise<TimelineEntry> {
  const { incident, act } = await memberActing(tx, 'addTimelineEntry', order.incidentId);
  return tx.commit(timelineStore, addEntry(incident, order, act));
}

/** Writes an entry that replaces another of the same incident. */
export async function correctTimelineEntry(
  tx: Transaction,
  order: Target & CorrectionOrder & { readonly entryId: string },
): Promise<TimelineEntry> {
  const { incident, act } = await memberActing(tx, 'correctTimelineEntry', order.incidentId);
  const corrected = await timelineStore(tx).findWithLatest(incident.id, order.entryId);
  if (corrected === null) throw NotFound();
  return tx.commit(timelineStore, correctEntry(incident, corrected, order, act));
}

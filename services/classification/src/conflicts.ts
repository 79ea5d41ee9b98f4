import { randomUUID } from 'node:crypto';
import type { Transaction } from '@tocsin/database';
import type { Classification, ClassificationChange, KnownIncident } from './domain/classification.ts';
import { reviewed, type ReviewedIncident } from './domain/conflicts.ts';
import { classificationStore } from './store/classification-store.ts';
import { isHeld, lockIncident } from './store/known-facts-store.ts';

/* A rule across services is checked at the command, and again when the other's event arrives (`domain.md` section 2). */

/**
 * Commits what was decided here, together with the conflicts that it opens or closes.
 *
 * @param locked the incident, if the rule has asked for it; it stays as it was till the commit.
 */
export async function commitReviewed(
  tx: Transaction,
  change: ClassificationChange,
  locked?: KnownIncident,
): Promise<Classification> {
  const incident = await reviewedIncident(tx, locked ?? (await lockIncident(tx, change.state.id)));
  return tx.commit(classificationStore, reviewed(change, incident, { now: tx.now, newId: randomUUID }));
}

/** After a fact of another service was learnt: opens or closes conflicts, and changes nothing else. */
export async function reviewConflicts(tx: Transaction, incidentId: string): Promise<void> {
  // Locked first, against other reviews too: what another event learns at the same moment is seen here, or sees this.
  const incident = await reviewedIncident(tx, await lockIncident(tx, incidentId, 'pessimistic_write'));
  const classification = await classificationStore(tx).get(incidentId);
  const state = { ...classification, version: classification.version + 1 };
  const change = reviewed({ state, events: [] }, incident, { now: tx.now, newId: randomUUID });
  if (change.events.length > 0) await tx.commit(classificationStore, change);
}

const reviewedIncident = async (tx: Transaction, incident: KnownIncident): Promise<ReviewedIncident> => ({
  ...incident,
  isHeld: await isHeld(tx, incident.id),
});

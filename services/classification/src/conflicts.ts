import { randomUUID } from 'node:crypto';
import type { Transaction } from '@tocsin/database';
import type { Classification, ClassificationChange } from './domain/classification.ts';
import { reviewed, type ReviewedIncident } from './domain/conflicts.ts';
import { classificationStore } from './store/classification-store.ts';
import { isHeld, lockIncident } from './store/known-facts-store.ts';

/* A rule across services is checked at the command, and again when the other's event arrives (`domain.md` section 2). */

/** Commits what was decided here, together with the conflicts that it opens or closes. */
export async function commitReviewed(tx: Transaction, change: ClassificationChange): Promise<Classification> {
  const incident = await reviewedIncident(tx, change.state.id);
  return tx.commit(classificationStore, reviewed(change, incident, { now: tx.now, newId: randomUUID }));
}

/** After a fact of another service was learnt: opens or closes conflicts, and changes nothing else. */
export async function reviewConflicts(tx: Transaction, incidentId: string): Promise<void> {
  const incident = await reviewedIncident(tx, incidentId);
  const classification = await classificationStore(tx).get(incidentId);
  const state = { ...classification, version: classification.version + 1 };
  const change = reviewed({ state, events: [] }, incident, { now: tx.now, newId: randomUUID });
  if (change.events.length > 0) await tx.commit(classificationStore, change);
}

/** Locked first: what another event learns at the same moment is seen here, or sees this. Errors: NOT_FOUND. */
async function reviewedIncident(tx: Transaction, incidentId: string): Promise<ReviewedIncident> {
  const incident = await lockIncident(tx, incidentId);
  return { ...incident, isHeld: await isHeld(tx, incidentId) };
}

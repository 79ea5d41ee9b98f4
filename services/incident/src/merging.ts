import { randomUUID } from 'node:crypto';
import { mayAtAll, type Operation } from '@tocsin/access';
import { expectVersion, type Transaction } from '@tocsin/database';
import { ConcurrentChange, Forbidden } from '@tocsin/errors';
import type { Grounds } from './domain/act.ts';
import type { Incident } from './domain/incident.ts';
import { merge } from './domain/merging.ts';
import { relate } from './domain/relating.ts';
import { split, type SplitOrder } from './domain/splitting.ts';
import { commitIncident, memberActing, type IncidentTarget } from './incidents.ts';
import { incidentStore } from './store/incident-store.ts';
import { listDetections } from './store/known-facts-store.ts';
import { knownIncidentFactStore } from './store/known-incident-fact-store.ts';

/* What concerns two incidents at once. Both are locked in one order for all, so that two of these never wait in a ring. */

/** Relates two incidents, of which the caller is a member of both. Errors: those of `relate`. */
export async function relateIncidents(
  tx: Transaction,
  order: IncidentTarget & Grounds & { readonly relatedIncidentId: string },
): Promise<void> {
  await lock(tx, 'relateIncidents', [order.incidentId, order.relatedIncidentId]);
  const { incident: one, act } = await memberActing(tx, 'relateIncidents', order.incidentId);
  const { incident: other } = await memberActing(tx, 'relateIncidents', order.relatedIncidentId);
  expectVersion(one, order.expectedVersion);
  const both = relate(one, other, order, act);
  if (both === null) return;
  await commitIncident(tx, both.one);
  await commitIncident(tx, both.other);
}

export interface MergeOrder extends IncidentTarget, Grounds {
  /** Where it goes on; if that was merged itself, where that goes on. */
  readonly intoIncidentId: string;
  /** The version of `intoIncidentId` that the caller saw. */
  readonly intoExpectedVersion: number;
}

/** Merges the duplicate, and returns the incident in which it goes on. Errors: those of `merge`. */
export async function mergeIncidents(tx: Transaction, order: MergeOrder): Promise<Incident> {
  const operation = 'mergeIncidents';
  if (!mayAtAll(tx.by, operation)) throw Forbidden({ operation });
  const targetId = await endOf(tx, order.intoIncidentId);
  await lock(tx, operation, [order.incidentId, targetId]);
  const duplicate = await memberActing(tx, operation, order.incidentId);
  const named = await memberActing(tx, operation, order.intoIncidentId);
  const target = await memberActing(tx, operation, targetId);
  expectVersion(duplicate.incident, order.expectedVersion);
  expectVersion(named.incident, order.intoExpectedVersion);
  // Between following the chain and locking its end, the end was merged.
  if (target.incident.mergedInto !== null) throw ConcurrentChange();
  const known = await knownIncidentFactStore(tx).get(duplicate.incident.id);
  const acts = { duplicate: duplicate.act, target: target.act };
  const merger = merge(duplicate.incident, target.incident, order, known, acts);
  await commitIncident(tx, merger.duplicate);
  await incidentStore(tx).release(duplicate.incident.detectionIds);
  return commitIncident(tx, merger.target);
}

/** Splits some detections off; returns the incident they have from now on. Errors: those of `split`. */
export async function splitIncident(
  tx: Transaction,
  order: IncidentTarget & Omit<SplitOrder, 'splitIncidentId' | 'number'>,
): Promise<Incident> {
  await lock(tx, 'splitIncident', [order.incidentId]);
  const { incident, act } = await memberActing(tx, 'splitIncident', order.incidentId);
  expectVersion(incident, order.expectedVersion);
  const store = incidentStore(tx);
  const identity = { splitIncidentId: randomUUID(), number: await store.nextNumber() };
  const detections = await listDetections(tx, order.detectionIds);
  const { source, opened } = split(incident, { ...order, ...identity }, detections, act);
  await commitIncident(tx, source);
  await store.release(opened.state.detectionIds);
  return commitIncident(tx, opened);
}

/** @throws FORBIDDEN, before anything is waited for */
async function lock(tx: Transaction, operation: Operation, ids: readonly string[]): Promise<void> {
  if (!mayAtAll(tx.by, operation)) throw Forbidden({ operation });
  await incidentStore(tx).lock(ids);
}

/** Where a chain of mergers ends. It cannot be a ring: what was merged is closed for good. @throws NOT_FOUND */
async function endOf(tx: Transaction, incidentId: string): Promise<string> {
  let incident = await incidentStore(tx).get(incidentId);
  while (incident.mergedInto !== null) incident = await incidentStore(tx).get(incident.mergedInto);
  return incident.id;
}

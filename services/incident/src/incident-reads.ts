import { can, mayAtAll } from '@tocsin/access';
import type { Decision } from '@tocsin/contracts';
import { decisionsOf, type Transaction } from '@tocsin/database';
import { rolesIn, type Incident } from './domain/incident.ts';
import type { KnownFacts } from './domain/known-facts.ts';
import type { PlanDelivery } from './domain/plan-delivery.ts';
import { incidentStore } from './store/incident-store.ts';
import { knownIncidentFactStore } from './store/known-incident-fact-store.ts';
import { pageStore } from './store/page-store.ts';
import { planDeliveryStore } from './store/plan-delivery-store.ts';

/** The incidents among `ids` that the principal may see; absent and hidden ones are left out alike (S-3). */
export async function listVisible(tx: Transaction, ids: readonly string[]): Promise<Incident[]> {
  if (!mayAtAll(tx.by, 'read:incident')) return [];
  const found = await incidentStore(tx).list(ids);
  return found.filter((incident) => can(tx.by, 'read:incident', { memberAs: rolesIn(incident, tx.by.id, tx.now) }));
}

/** Something about each of several incidents; ask only for incidents that the principal may see. */
type OfIncident<T> = { readonly id: string; readonly value: T };

/** Who decided about the responsibility, when, why and on what evidence; oldest first. */
export async function listResponsibilityDecisions(
  tx: Transaction,
  incidentIds: readonly string[],
): Promise<OfIncident<readonly Decision[]>[]> {
  const all: OfIncident<readonly Decision[]>[] = [];
  for (const id of incidentIds) {
    all.push({ id, value: await decisionsOf(tx, 'incident', id, 'responsibility') });
  }
  return all;
}

/** What the plan's tool was told of each stage of the incidents. */
export async function listPlanDeliveries(
  tx: Transaction,
  incidentIds: readonly string[],
): Promise<OfIncident<readonly PlanDelivery[]>[]> {
  const all = await planDeliveryStore(tx).listByIncident(incidentIds);
  return incidentIds.map((id) => ({ id, value: all.filter(({ incidentId }) => incidentId === id) }));
}

/** What other services told about the incidents; those they told nothing about are left out. */
export async function listKnownFacts(
  tx: Transaction,
  incidentIds: readonly string[],
): Promise<OfIncident<KnownFacts>[]> {
  const known = await knownIncidentFactStore(tx).list(incidentIds);
  return [...known].map(([id, value]) => ({ id, value }));
}

/** When somebody took the page of each incident's opening; those whose page nobody took are left out. */
export async function listPageAcknowledgements(
  tx: Transaction,
  incidentIds: readonly string[],
): Promise<OfIncident<Date>[]> {
  const pages = await pageStore(tx).listOpening(incidentIds);
  return pages.flatMap(({ subjectId: id, acknowledgedAt: value }) => (value === null ? [] : [{ id, value }]));
}

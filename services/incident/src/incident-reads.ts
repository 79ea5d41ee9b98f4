import { can, isProviderPartner, mayAtAll, staffRoles } from '@tocsin/access';
import type { Decision, Stage } from '@tocsin/contracts';
import { decisionsOf, decodeCursor, pageSize, toPage, type Page, type Transaction } from '@tocsin/database';
import { Forbidden, InvalidInput } from '@tocsin/errors';
import { rolesIn, type Incident } from './domain/incident.ts';
import type { KnownFacts } from './domain/known-facts.ts';
import type { PlanDelivery } from './domain/plan-delivery.ts';
import { incidentStore } from './store/incident-store.ts';
import { knownIncidentFactStore } from './store/known-incident-fact-store.ts';
import { planDeliveryStore } from './store/plan-delivery-store.ts';

export interface IncidentsOrder {
  readonly first: number;
  readonly after: string | null;
  readonly stage: Stage | null;
  readonly status: Incident['status'] | null;
}

/** The incidents among `ids` that the principal may see; absent and hidden ones are left out alike (S-3). */
export async function listVisible(tx: Transaction, ids: readonly string[]): Promise<Incident[]> {
  if (!mayAtAll(tx.by, 'read:incident')) return [];
  const found = await incidentStore(tx).list(ids);
  return found.filter((incident) => can(tx.by, 'read:incident', { memberAs: rolesIn(incident, tx.by.id, tx.now) }));
}

/** A page of the incidents the principal is a member of; all of them for the provider's own integration. */
export async function pageIncidents(tx: Transaction, order: IncidentsOrder): Promise<Page<Incident>> {
  if (!mayAtAll(tx.by, 'read:incident')) throw Forbidden({ operation: 'read:incident' });
  const first = pageSize(order);
  const roles = staffRoles.filter((role) => tx.by.roles.includes(role));
  const incidents = await incidentStore(tx).page({
    limit: first + 1,
    beforeNumber: numberOf(decodeCursor(order.after)),
    stage: order.stage,
    status: order.status,
    member: isProviderPartner(tx.by) ? null : { principalId: tx.by.id, roles },
  });
  return toPage(incidents, first, ({ id, number }) => ({ key: String(number), id }));
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

/** The number at which a page of a list ended. Errors: INVALID_INPUT. */
export function numberOf(cursor: { readonly key: string } | null): number | null {
  if (cursor === null) return null;
  const number = Number(cursor.key);
  if (!Number.isInteger(number) || Math.abs(number) > 2_147_483_647)
    throw InvalidInput({ field: 'after', reason: 'is not a cursor of this list' });
  return number;
}

import { can, mayAtAll, mustBeAllowed } from '@tocsin/access';
import { decodeCursor, expectVersion, pageSize, toPage, type Page, type Transaction } from '@tocsin/database';
import { Forbidden, InvalidInput } from '@tocsin/errors';
import type { Grounds } from './domain/act.ts';
import { grantAudit, revokeAuditGrant, type AuditGrant, type GrantOrder } from './domain/audit-grant.ts';
import { rolesIn } from './domain/incident.ts';
import { memberActing } from './incidents.ts';
import { auditGrantStore } from './store/audit-grant-store.ts';
import { incidentStore } from './store/incident-store.ts';
import { isUuid } from './store/uuid.ts';

/** Lets an auditor read the incident until an instant. */
export async function grantAnAudit(
  tx: Transaction,
  order: GrantOrder & { readonly incidentId: string },
): Promise<AuditGrant> {
  const { incident, act } = await memberActing(tx, 'grantAudit', order.incidentId);
  return tx.commit(auditGrantStore, grantAudit(incident, order, act));
}

/** Ends a grant before its time. */
export async function revokeTheGrant(
  tx: Transaction,
  order: Grounds & { readonly grantId: string; readonly expectedVersion: number },
): Promise<AuditGrant> {
  if (!mayAtAll(tx.by, 'revokeAuditGrant')) throw Forbidden({ operation: 'revokeAuditGrant' });
  const grant = await auditGrantStore(tx).get(order.grantId);
  const { incident, act } = await memberActing(tx, 'revokeAuditGrant', grant.incidentId);
  expectVersion(grant, order.expectedVersion);
  return tx.commit(auditGrantStore, revokeAuditGrant(incident, grant, order, act));
}

/** A page of the grants that were ever given for an incident, newest first. Errors: FORBIDDEN, NOT_FOUND, INVALID_INPUT. */
export async function pageAuditGrants(
  tx: Transaction,
  order: { readonly incidentId: string; readonly first: number; readonly after: string | null },
): Promise<Page<AuditGrant>> {
  if (!mayAtAll(tx.by, 'read:auditGrant')) throw Forbidden({ operation: 'read:auditGrant' });
  const first = pageSize(order);
  const before = placeOf(order.after);
  const { id } = await visibleIncident(tx, order.incidentId);
  const grants = await auditGrantStore(tx).page(id, first + 1, before);
  return toPage(grants, first, (grant) => ({ key: String(grant.grantedAt.getTime()), id: grant.id }));
}

function placeOf(cursor: string | null): { readonly grantedAt: Date; readonly id: string } | null {
  const place = decodeCursor(cursor);
  if (place === null) return null;
  if (!/^\d{1,15}$/.test(place.key) || !isUuid(place.id))
    throw InvalidInput({ field: 'after', reason: 'is not a cursor of this list' });
  return { grantedAt: new Date(Number(place.key)), id: place.id };
}

async function visibleIncident(tx: Transaction, incidentId: string): Promise<{ readonly id: string }> {
  const incident = await incidentStore(tx).get(incidentId);
  mustBeAllowed(tx.by, 'read:auditGrant', { memberAs: rolesIn(incident, tx.by.id, tx.now) });
  return incident;
}

/** One grant; null if it is absent, or not the caller's to see. */
export async function findAuditGrant(tx: Transaction, id: string): Promise<AuditGrant | null> {
  const grant = await auditGrantStore(tx).find(id);
  if (grant === null) return null;
  const incident = await incidentStore(tx).get(grant.incidentId);
  return can(tx.by, 'read:auditGrant', { memberAs: rolesIn(incident, tx.by.id, tx.now) }) ? grant : null;
}

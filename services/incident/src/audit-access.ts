import { can, mayAtAll, type Operation, type Role } from '@tocsin/access';
import type { Admission, Transaction } from '@tocsin/database';
import { Forbidden, NotFound } from '@tocsin/errors';
import { isInForce } from './domain/audit-grant.ts';
import { AuditGrantExpired } from './domain/audit-errors.ts';
import { rolesIn, type Incident } from './domain/incident.ts';
import { auditGrantStore } from './store/audit-grant-store.ts';
import { incidentStore } from './store/incident-store.ts';
import { isUuid } from './store/uuid.ts';

/** Whether the principal is let in to an incident's audit record, and the role in which he comes. */
export type AuditAccess =
  | (Admission & { readonly refusal: null; readonly incident: Incident; readonly role: Role })
  | (Admission & { readonly refusal: NonNullable<Admission['refusal']> });

/**
 * Whether the principal may read the incident's audit record now, as the audit trail is to keep it (S-39). A grant in
 * force counts as a membership in the role AUDITOR. Somebody whose grant is over is told so; an incident that he was
 * never granted, or that does not exist, is NOT_FOUND to everybody alike (S-3).
 *
 * @throws FORBIDDEN about the role, and NOT_FOUND for what is no id; neither reaches an incident, so neither is recorded.
 */
export async function accessToAudit(tx: Transaction, operation: Operation, incidentId: string): Promise<AuditAccess> {
  if (!mayAtAll(tx.by, operation)) throw Forbidden({ operation });
  if (!isUuid(incidentId)) throw NotFound();
  // Only an auditor has any: a grant gives no role.
  const isAuditor = tx.by.roles.includes('AUDITOR');
  const grants = isAuditor ? await auditGrantStore(tx).listOf(incidentId, tx.by.id) : [];
  const inForce = grants.find((grant) => isInForce(grant, tx.now));
  const incident = await incidentStore(tx).find(incidentId);
  const subject = `incident:${incidentId.toLowerCase()}`;
  const roles: Role[] = [...(inForce ? ['AUDITOR' as const] : []), ...membershipOf(incident, tx)];
  const role = roles.find((candidate) => can(tx.by, operation, { memberAs: [candidate] }));
  if (incident !== null && role !== undefined) {
    const body = { outcome: 'ALLOWED', role, ...(inForce && { grantId: inForce.id }) };
    return { subject, body, refusal: null, incident, role };
  }
  const refusal = incident !== null && grants.length > 0 ? AuditGrantExpired() : NotFound();
  return { subject, body: { outcome: refusal.code }, refusal };
}

const membershipOf = (incident: Incident | null, { by, now }: Transaction): readonly Role[] =>
  incident === null ? [] : rolesIn(incident, by.id, now);

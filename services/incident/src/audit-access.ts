import { can, mayAtAll, type Operation, type Role } from '@tocsin/access';
import { auditingRefusals, type Admission, type Transaction } from '@tocsin/database';
import { Forbidden, NotFound } from '@tocsin/errors';
import { AuditGrantExpired } from './domain/audit-errors.ts';
import { isInForce } from './domain/audit-grant.ts';
import { rolesIn, type Incident } from './domain/incident.ts';
import { auditGrantStore } from './store/audit-grant-store.ts';
import { incidentStore } from './store/incident-store.ts';
import { isUuid } from './store/uuid.ts';

/** An incident whose audit record the principal may read, and the role in which he comes. */
export interface AuditAccess extends Admission {
  readonly incident: Incident;
  readonly role: Role;
}

/**
 * Lets the principal in to the incident's audit record, or refuses; the refusal is recorded (S-39). A grant in force
 * counts as a membership in the role AUDITOR. Somebody whose grant is over is told so: AUDIT_GRANT_EXPIRED; an incident
 * that he was never granted, or that does not exist, is NOT_FOUND to everybody alike (S-3).
 *
 * @throws FORBIDDEN about the role, and NOT_FOUND for what is no id; neither reaches an incident, so neither is recorded.
 */
export async function accessToAudit(tx: Transaction, operation: Operation, incidentId: string): Promise<AuditAccess> {
  if (!mayAtAll(tx.by, operation)) throw Forbidden({ operation });
  if (!isUuid(incidentId)) throw NotFound();
  const subject = `incident:${incidentId.toLowerCase()}`;
  return auditingRefusals(subject, async () => {
    // Only an auditor has any: a grant gives no role.
    const isAuditor = tx.by.roles.includes('AUDITOR');
    const grants = isAuditor ? await auditGrantStore(tx).listOf(incidentId, tx.by.id) : [];
    const inForce = grants.find((grant) => isInForce(grant, tx.now));
    const incident = await incidentStore(tx).get(incidentId);
    const roles: Role[] = [...(inForce ? ['AUDITOR' as const] : []), ...rolesIn(incident, tx.by.id, tx.now)];
    const role = roles.find((candidate) => can(tx.by, operation, { memberAs: [candidate] }));
    if (role === undefined) throw grants.length > 0 ? AuditGrantExpired() : NotFound();
    return { subject, body: { role, ...(inForce && { grantId: inForce.id }) }, incident, role };
  });
}

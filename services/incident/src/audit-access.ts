import { can, mayAtAll, type Operation, type Role } from '@tocsin/access';
import type { Admission, Transaction } from '@tocsin/database';
import { Forbidden, NotFound, type DomainError } from '@tocsin/errors';
import { isInForce, type AuditGrant } from './domain/audit-grant.ts';
import { AuditGrantExpired } from './domain/audit-errors.ts';
import { rolesIn } from './domain/incident.ts';
import { auditGrantStore } from './store/audit-grant-store.ts';
import { incidentStore } from './store/incident-store.ts';
import { isUuid } from './store/uuid.ts';

/**
 * Whether the principal may read the incident's audit record now, as the audit trail is to keep it (S-39). A grant in
 * force counts as a membership in the role AUDITOR. Somebody whose grant is over is told so; an incident that he was
 * never granted, or that does not exist, is NOT_FOUND to everybody alike (S-3).
 *
 * @throws FORBIDDEN about the role, and NOT_FOUND for what is no id; neither reaches an incident, so neither is recorded.
 */
export async function admitToAudit(tx: Transaction, operation: Operation, incidentId: string): Promise<Admission> {
  if (!mayAtAll(tx.by, operation)) throw Forbidden({ operation });
  if (!isUuid(incidentId)) throw NotFound();
  const grants = await grantsOf(tx, incidentId);
  const inForce = grants.find((grant) => isInForce(grant, tx.now));
  const refusal = await refusalOf(tx, operation, incidentId, { grants, inForce });
  const body = { outcome: refusal?.code ?? 'ALLOWED', ...(inForce && { grantId: inForce.id }) };
  return { subject: `incident:${incidentId.toLowerCase()}`, body, refusal };
}

/** Only an auditor has any: a grant gives no role. */
const grantsOf = (tx: Transaction, incidentId: string): Promise<AuditGrant[]> =>
  tx.by.roles.includes('AUDITOR') ? auditGrantStore(tx).listOf(incidentId, tx.by.id) : Promise.resolve([]);

async function refusalOf(
  tx: Transaction,
  operation: Operation,
  incidentId: string,
  { grants, inForce }: { readonly grants: readonly AuditGrant[]; readonly inForce: AuditGrant | undefined },
): Promise<DomainError | null> {
  const incident = await incidentStore(tx).find(incidentId);
  if (incident === null) return NotFound();
  const memberAs: Role[] = [...rolesIn(incident, tx.by.id, tx.now), ...(inForce ? ['AUDITOR' as const] : [])];
  if (can(tx.by, operation, { memberAs })) return null;
  return grants.length > 0 ? AuditGrantExpired() : NotFound();
}

import { randomUUID } from 'node:crypto';
import { can, mustBeAllowed, type Operation } from '@tocsin/access';
import type { Transaction } from '@tocsin/database';
import type { Act } from './domain/notice.ts';
import { rolesIn } from './store/known-facts-store.ts';

/** Passes if the caller is a present member of the incident in a role that may; else FORBIDDEN or NOT_FOUND. */
export async function mustBeMember(tx: Transaction, operation: Operation, incidentId: string): Promise<string> {
  const memberAs = await rolesIn(tx, incidentId, tx.by.id);
  mustBeAllowed(tx.by, operation, { memberAs });
  return memberAs.find((role) => tx.by.roles.includes(role)) ?? 'MEMBER';
}

/** Who acts now, in this role, and why. */
export const actOf = (tx: Transaction, role: string, reason = ''): Act => ({
  by: tx.by.id,
  role,
  now: tx.now,
  decisionId: randomUUID(),
  reason,
});

/** Whether the caller may read the notification side of the incident. */
export const mayRead = async (tx: Transaction, incidentId: string): Promise<boolean> =>
  can(tx.by, 'read:notification', { memberAs: await rolesIn(tx, incidentId, tx.by.id) });

import type { Principal } from '@tocsin/access';
import type { Database } from './database.ts';
import { inTransaction, read, workOf } from './in-transaction.ts';
import type { JsonObject } from './json.ts';
import type { Transaction } from './transaction.ts';

/** What the audit trail says of somebody who was let in. */
export interface Admission {
  /** `<aggregate>:<id>` */
  readonly subject: string;
  /** Ids, names and numbers only (S-41). */
  readonly body: JsonObject;
}

/** Records in this transaction that somebody was let in; `action` is the query's or the command's name. */
export function recordAccess(tx: Transaction, action: string, { subject, body }: Admission): void {
  workOf(tx).audit.push({ actor: tx.by.id, action, subject, body });
}

/**
 * A read that leaves its mark before it is answered (S-39): the audit row is committed first.
 *
 * @param request.action the query's name, for the audit trail.
 * @param admit decides, and throws its refusal; see `auditingRefusals` for refusals that leave a mark too.
 * @throws DomainError UNAVAILABLE; what `admit` and `work` throw.
 */
export async function readPrivileged<T>(
  db: Database,
  request: { readonly by: Principal; readonly action: string },
  admit: (tx: Transaction) => Promise<Admission>,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  await inTransaction(db, request, async (tx) => recordAccess(tx, request.action, await admit(tx)));
  return read(db, request.by, work);
}

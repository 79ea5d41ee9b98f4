import type { Principal } from '@tocsin/access';
import type { DomainError } from '@tocsin/errors';
import type { Database } from './database.ts';
import { inTransaction, read, workOf } from './in-transaction.ts';
import type { JsonObject } from './json.ts';
import type { Transaction } from './transaction.ts';

/** Whether somebody may look, and what the audit trail says of it. */
export interface Admission {
  /** `<aggregate>:<id>` */
  readonly subject: string;
  /** Ids, names and numbers only (S-41). */
  readonly body: JsonObject;
  /** Null: he may. */
  readonly refusal: DomainError | null;
}

/**
 * A read that leaves its mark before it is answered, or refused (S-39): the audit row is committed first.
 *
 * @param request.action the query's or the command's name, for the audit trail.
 * @param admit decides; what it throws leaves no mark.
 * @throws DomainError the admission's refusal; UNAVAILABLE; what `admit` and `work` throw.
 */
export async function readPrivileged<T>(
  db: Database,
  { by, action }: { readonly by: Principal; readonly action: string },
  admit: (tx: Transaction) => Promise<Admission>,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const refusal = await inTransaction(db, { by, action }, async (tx) => {
    const admission = await admit(tx);
    const { subject, body } = admission;
    workOf(tx).audit.push({ actor: by.id, action, subject, body });
    return admission.refusal;
  });
  if (refusal !== null) throw refusal;
  return read(db, by, work);
}

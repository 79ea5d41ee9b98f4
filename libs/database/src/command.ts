import { createHash } from 'node:crypto';
import type { Principal } from '@tocsin/access';
import { IdempotencyKeyReused, InvalidInput } from '@tocsin/errors';
import { canonicalJson } from './audit.ts';
import type { Database } from './database.ts';
import { inTransaction } from './in-transaction.ts';
import type { JsonObject } from './json.ts';
import type { Transaction } from './transaction.ts';

const longestKey = 200;

export interface CommandRequest {
  readonly by: Principal;
  /** The mutation's name; it is the audit trail's action too. */
  readonly name: string;
  readonly input: { readonly idempotencyKey: string };
}

interface Claim<R> {
  readonly name: string;
  readonly digest: string;
  readonly result: R;
}

/**
 * A command that has its effect once for each principal and idempotency key: the same command again, even at the same
 * time, gets the stored answer. A refused command leaves nothing, so its key may be used again.
 *
 * @param work returns small JSON, such as ids, which is stored.
 * @throws DomainError IDEMPOTENCY_KEY_REUSED for another command or input, INVALID_INPUT for a bad key, UNAVAILABLE,
 *   and what `work` throws.
 */
export function command<R extends JsonObject>(
  db: Database,
  request: CommandRequest,
  work: (tx: Transaction) => Promise<R>,
): Promise<R> {
  const key = request.input.idempotencyKey;
  if (key.length === 0 || key.length > longestKey) {
    return Promise.reject(InvalidInput({ field: 'idempotencyKey', reason: `1 to ${longestKey} characters` }));
  }
  const digest = createHash('sha256').update(canonicalJson(request.input)).digest('hex');
  return inTransaction(db, { by: request.by, action: request.name }, async (tx) => {
    if (!(await claim(tx, request, digest))) return storedResult<R>(tx, request, digest);
    const result = await work(tx);
    await tx.manager.query(`update command set result = $3 where principal_id = $1 and key = $2`, [
      tx.by.id,
      key,
      JSON.stringify(result),
    ]);
    return result;
  });
}

/** False: it was done before. While the same command is running elsewhere this waits for its end. */
async function claim(tx: Transaction, { name, input }: CommandRequest, digest: string): Promise<boolean> {
  const rows = await tx.manager.query<unknown[]>(
    `insert into command (principal_id, key, name, input_sha256) values ($1, $2, $3, $4)
     on conflict do nothing returning 1`,
    [tx.by.id, input.idempotencyKey, name, digest],
  );
  return rows.length === 1;
}

async function storedResult<R>(tx: Transaction, { name, input }: CommandRequest, digest: string): Promise<R> {
  const [stored] = await tx.manager.query<Claim<R>[]>(
    `select name, input_sha256 as digest, result from command where principal_id = $1 and key = $2`,
    [tx.by.id, input.idempotencyKey],
  );
  if (stored?.name !== name || stored.digest !== digest) throw IdempotencyKeyReused();
  return stored.result;
}

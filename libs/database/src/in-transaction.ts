import { QueryRunnerAlreadyReleasedError, type QueryRunner } from 'typeorm';
import { isCustomer, type Principal } from '@tocsin/access';
import { Unavailable } from '@tocsin/errors';
import { appendAudit, type AuditEntry } from './audit.ts';
import { commit, type Work } from './commit.ts';
import type { Database } from './database.ts';
import { asRefusal, isContention } from './outage.ts';
import { refusedSubject } from './audited-refusal.ts';
import type { Transaction } from './transaction.ts';

/** Times that work is done again after a deadlock or a serialization failure; both leave nothing behind. */
const repeats = 3;

const works = new WeakMap<Transaction, Work>();

/**
 * Read-write work of one principal. Commits when `work` resolves; undoes everything when it rejects. After a deadlock
 * `work` runs again from its start (3 times at most), so it must do nothing outside the database.
 *
 * @param request.action the command's or the event's name, for the audit trail.
 * @throws DomainError UNAVAILABLE if the connection is lost; what `work` throws.
 */
export async function inTransaction<T>(
  db: Database,
  request: { readonly by: Principal; readonly action: string },
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const { result, announced } = await writeOnce(db, request, work);
      if (announced) db.announced();
      return result;
    } catch (error) {
      if (!isContention(error) || attempt === repeats) {
        await recordRefusal(db, request, error);
        throw asRefusal(error);
      }
      db.log.debug({ err: error, attempt }, 'the transaction is done again');
    }
  }
}

/** What was refused is undone; that it was refused is not. */
async function recordRefusal(
  db: Database,
  request: { readonly by: Principal; readonly action: string },
  error: unknown,
): Promise<void> {
  const refused = refusedSubject(error);
  if (refused === undefined) return;
  const { subject, code } = refused;
  const entry = { actor: request.by.id, action: request.action, subject, body: { refused: code } };
  await writeOnce(db, request, () => Promise.resolve(), [entry]).catch((cause: unknown) => {
    throw asRefusal(cause);
  });
}

async function writeOnce<T>(
  db: Database,
  { by, action }: { readonly by: Principal; readonly action: string },
  work: (tx: Transaction) => Promise<T>,
  audit: AuditEntry[] = [],
): Promise<{ result: T; announced: boolean }> {
  return onConnection(db, async (runner) => {
    await runner.startTransaction('READ COMMITTED');
    const now = await begin(runner, by, 'off');
    const open: Work = { db, by, now, manager: runner.manager, audit, announced: false };
    const result = await work(transactionOf(open, action));
    await appendAudit(runner.manager, open.audit);
    await runner.commitTransaction();
    return { result, announced: open.announced };
  });
}

/**
 * Read-only work on one snapshot, under the same row security.
 *
 * @throws DomainError UNAVAILABLE if the connection is lost; what `work` throws.
 */
export async function read<T>(db: Database, by: Principal, work: (tx: Transaction) => Promise<T>): Promise<T> {
  try {
    return await onConnection(db, async (runner) => {
      await runner.startTransaction('REPEATABLE READ');
      const now = await begin(runner, by, 'on');
      const open: Work = { db, by, now, manager: runner.manager, audit: [], announced: false };
      const result = await work(transactionOf(open, 'read'));
      await runner.commitTransaction();
      return result;
    });
  } catch (error) {
    throw asRefusal(error);
  }
}

/**
 * The same transaction under another action: for a slice of events, each of which is audited under its own name.
 *
 * @throws Error if the transaction was not made here.
 */
export function actingAs(tx: Transaction, action: string): Transaction {
  return transactionOf(workOf(tx), action);
}

/** What the transaction gathers. @throws Error if the transaction was not made here. */
export function workOf(tx: Transaction): Work {
  const work = works.get(tx);
  if (work === undefined) throw new Error('This transaction is not of libs/database.');
  return work;
}

function transactionOf(work: Work, action: string): Transaction {
  const tx: Transaction = {
    by: work.by,
    now: work.now,
    manager: work.manager,
    commit: (store, change) => commit(work, tx, action, store(tx), change),
  };
  works.set(tx, work);
  return tx;
}

/** Tells row security who asks, for this transaction only, and reads the clock. */
async function begin(runner: QueryRunner, by: Principal, readOnly: 'on' | 'off'): Promise<Date> {
  const rows = (await runner.query(
    `select set_config('app.principal_id', $1, true), set_config('app.tenant_id', $2, true),
       set_config('app.scope', $3, true), set_config('transaction_read_only', $4, true), clock_now() as now`,
    [by.id, by.tenantId ?? '', isCustomer(by) ? 'tenant' : 'staff', readOnly],
  )) as { now: Date }[];
  if (rows[0] === undefined) throw new Error('The database did not tell the time.');
  return rows[0].now;
}

async function onConnection<T>(db: Database, work: (runner: QueryRunner) => Promise<T>): Promise<T> {
  const runner = db.source.createQueryRunner();
  try {
    await runner.connect();
    return await work(runner);
  } catch (error) {
    // On a lost connection the rollback fails too; the server has undone the transaction by itself.
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    // Only `finally` releases it here: the driver did, because it heard between two statements that the connection is lost.
    if (error instanceof QueryRunnerAlreadyReleasedError) throw Object.assign(Unavailable(), { cause: error });
    throw error;
  } finally {
    await runner.release();
  }
}

import { createHash } from 'node:crypto';
import { signSeal, type SigningKey } from '@tocsin/access';
import { AuditHeadSealed, occurred, type ServiceName } from '@tocsin/contracts';
import { announce } from './announce.ts';
import { workOf } from './in-transaction.ts';
import type { Transaction } from './transaction.ts';

/** The end of one chain. */
export interface AuditTip {
  readonly chain: number;
  /** 0: it is empty. */
  readonly seq: number;
  readonly hash: string;
}

/** The ends of all chains at one instant, sealed by the service (S-40). */
export interface AuditHead {
  readonly n: number;
  readonly tips: readonly AuditTip[];
}

/**
 * Seals a head and announces it: JWS, `typ: tocsin-head+jwt`, with the hash of the head before. Nothing is appended to
 * the trail between the look at its tips and the commit, so call it in a transaction of its own, which does little else.
 * It appends nothing itself: a head that made a row would have to be followed by another, for ever.
 */
export async function sealAuditHead(tx: Transaction, service: ServiceName, key: SigningKey): Promise<AuditHead> {
  const tips = await readTips(tx);
  // After the lock: what was appended before it is dated before, and what comes will be dated after.
  const [before] = await tx.manager.query<{ n: string; jws: string | null; at: string }[]>(
    `select coalesce(max(n), 0) as n, (select jws from audit_head order by n desc limit 1) as jws,
       to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at from audit_head`,
  );
  if (before === undefined) throw new Error('The database did not tell the last head.');
  const n = Number(before.n) + 1;
  const prev = before.jws === null ? '0'.repeat(64) : createHash('sha256').update(before.jws).digest('hex');
  const jws = await signSeal('tocsin-head+jwt', { service, n, at: before.at, prev, tips }, key);
  const rows = tips.reduce((sum, { seq }) => sum + seq, 0);
  await tx.manager.query('insert into audit_head (n, at, rows, jws) values ($1, $2, $3, $4)', [
    n,
    before.at,
    rows,
    jws,
  ]);
  const work = workOf(tx);
  await announce(work.db, tx, [occurred(AuditHeadSealed[service], { service, n, jws })]);
  work.announced = true;
  return { n, tips };
}

async function readTips(tx: Transaction): Promise<AuditTip[]> {
  const rows = await tx.manager.query<{ chain: number; seq: string; hash: string }[]>(
    `select chain, seq, encode(hash, 'hex') as hash from audit_tips()`,
  );
  return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
}

/** The JWS of heads after `after` and up to `last`, in order, at most `limit`. */
export async function auditHeads(
  tx: Transaction,
  { after, last, limit }: { readonly after: number; readonly last: number; readonly limit: number },
): Promise<{ readonly n: number; readonly jws: string }[]> {
  const rows = await tx.manager.query<{ n: string; jws: string }[]>(
    'select n, jws from audit_head where n > $1 and n <= $2 order by n limit $3',
    [after, last, limit],
  );
  return rows.map((row) => ({ ...row, n: Number(row.n) }));
}

/** The number of the last head that was sealed before the instant; 0 if there is none. */
export async function lastHeadBefore(tx: Transaction, at: Date): Promise<number> {
  const [row] = await tx.manager.query<{ n: string }[]>(
    'select coalesce(max(n), 0) as n from audit_head where at < $1',
    [at],
  );
  return Number(row?.n ?? 0);
}

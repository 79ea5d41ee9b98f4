import type { Transaction } from './transaction.ts';

/** A row of the audit trail as it was hashed (`security.md` section 7). */
export interface AuditRow {
  /** 0 to 15. */
  readonly chain: number;
  /** From 1, without a gap in its chain. */
  readonly seq: number;
  /** UTC, 6 decimals: `2026-11-22T09:30:00.000000Z`. */
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  /** SHA-256 of the row before, hexadecimal; zeros for the first. */
  readonly prev: string;
  readonly hash: string;
  /** RFC 8785 text. */
  readonly body: string;
}

const columns = `chain, seq::int8 as seq, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, actor,
  action, subject, encode(prev, 'hex') as prev, encode(hash, 'hex') as hash, body`;

/** The driver tells a bigint as text. */
const toRow = (row: Omit<AuditRow, 'seq'> & { readonly seq: string }): AuditRow => ({ ...row, seq: Number(row.seq) });

/** The rows about these subjects in the order of time, after the given one. */
export async function auditTrail(
  tx: Transaction,
  subjects: readonly string[],
  { limit, after }: { readonly limit: number; readonly after: Pick<AuditRow, 'at' | 'chain' | 'seq'> | null },
): Promise<AuditRow[]> {
  const rows = await tx.manager.query<(AuditRow & { seq: string })[]>(
    `select ${columns} from audit
     where subject = any($1::text[]) and ($2::timestamptz is null or (audit.at, chain, seq) > ($2, $3::int, $4::int8))
     order by audit.at, chain, seq limit $5`,
    [subjects, after?.at ?? null, after?.chain ?? 0, after?.seq ?? 0, limit],
  );
  return rows.map(toRow);
}

/** One chain from the place after `after` up to `last`, at most `limit` rows. */
export async function auditChain(
  tx: Transaction,
  chain: number,
  { after, last, limit }: { readonly after: number; readonly last: number; readonly limit: number },
): Promise<AuditRow[]> {
  const rows = await tx.manager.query<(AuditRow & { seq: string })[]>(
    `select ${columns} from audit where chain = $1 and seq > $2::int8 and seq <= $3::int8 order by audit.seq limit $4`,
    [chain, after, last, limit],
  );
  return rows.map(toRow);
}

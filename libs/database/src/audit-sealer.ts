import { servicePrincipal, type SigningKey } from '@tocsin/access';
import { createLoop, type Logger, type Loop } from '@tocsin/runtime';
import { sealAuditHead } from './audit-head.ts';
import { query, type Database } from './database.ts';
import { headsFile } from './heads-file.ts';
import { inTransaction } from './in-transaction.ts';

export interface AuditSealerOptions {
  readonly db: Database;
  /** Signs the heads; the key of the service's events. */
  readonly key: SigningKey;
  readonly log: Logger;
  /** Where heads are kept outside the database, one JWS a line; nowhere if not given. */
  readonly file?: string | undefined;
}

const longestSeconds = 60;
const mostRows = 1_000;
const idleMs = 5_000;

/** Seals a head of the audit trail when it has grown, 60 s or 1,000 rows after the last one (S-40). */
export function createAuditSealer({ db, key, log, file }: AuditSealerOptions): Loop {
  const outside = file === undefined ? undefined : headsFile(db, file, log);
  const round = async (): Promise<boolean> => {
    await sealIfDue(db, key);
    await outside?.catchUp();
    return false;
  };
  return createLoop({ name: 'audit sealer', log, idleMs, round });
}

/** Several processes of the service may find it due at once: then it is sealed twice, which does no harm. */
export async function sealIfDue(db: Database, key: SigningKey): Promise<void> {
  const [row] = await query<{ isDue: boolean }>(
    db,
    `select grown > 0 and (n is null or grown >= $1 or age >= $2 * interval '1 second') as "isDue" from (
       select n, clock_timestamp() - head.at as age,
         (select coalesce(sum(seq), 0) from audit_tip) - coalesce(head.rows, 0) as grown
       from (select) nothing left join (select * from audit_head order by n desc limit 1) head on true) state`,
    [mostRows, longestSeconds],
  );
  if (row?.isDue !== true) return;
  const by = servicePrincipal(db.service);
  await inTransaction(db, { by, action: 'sealAuditHead' }, (tx) => sealAuditHead(tx, db.service, key));
}

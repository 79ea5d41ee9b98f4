import { servicePrincipal, type SigningKey } from '@tocsin/access';
import { createLoop, Gauge, type Logger, type Loop, type Metrics } from '@tocsin/runtime';
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
  readonly metrics?: Metrics;
}

const longestSeconds = 60;
const mostRows = 1_000;
const idleMs = 5_000;

/** Seals a head of the audit trail when it has grown, 60 s or 1,000 rows after the last one (S-40). */
export function createAuditSealer({ db, key, log, file, metrics }: AuditSealerOptions): Loop {
  if (metrics !== undefined) measure(db, metrics);
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

/** Not the age of the last head: a trail that does not grow needs no new one. */
function measure(db: Database, metrics: Metrics): void {
  new Gauge({
    name: 'tocsin_audit_unsealed_seconds',
    help: 'Age of the oldest row of the audit trail that no head has sealed: alarm at 120.',
    registers: [metrics],
    async collect() {
      const seconds = await unsealedSeconds(db).catch(() => undefined);
      if (seconds !== undefined) this.set(seconds);
    },
  });
}

/** 0 if all are sealed. Looks no further back than 1,000 rows in a chain. */
async function unsealedSeconds(db: Database): Promise<number> {
  const [row] = await query<{ seconds: number }>(
    db,
    `with state as (
       select coalesce(head.at, '-infinity') as at,
         (select coalesce(sum(seq), 0) from audit_tip) - coalesce(head.rows, 0) as grown
       from (select) nothing left join (select * from audit_head order by n desc limit 1) head on true)
     select coalesce(extract(epoch from clock_timestamp() - min(first.at)), 0)::float8 as seconds
     from state, audit_tip tip, lateral (
       select a.at from audit a
       where a.chain = tip.chain and a.seq > tip.seq - least(state.grown, $1) and a.at > state.at
       order by a.seq limit 1) first`,
    [mostRows],
  );
  return row?.seconds ?? 0;
}

import { query, type Database } from './database.ts';
import type { OutboxRow } from './outbox.ts';
import type { Transaction } from './transaction.ts';

/* What was published, append-only; the source of replays and of rebuilt projections (`eventing.md` section 7). */

/** A published event; `position` is the order of logging, no public cursor. */
export interface LoggedEvent extends Omit<OutboxRow, 'id'> {
  readonly position: bigint;
}

interface RawRow extends Omit<LoggedEvent, 'position' | 'sequence'> {
  readonly position: string;
  readonly sequence: string;
}

/** What both tables have, under one name. */
const columns = `event_id as "eventId", topic, type, aggregate_type as "aggregateType", aggregate_id as "aggregateId",
  aggregate_seq as "sequence", tenant_id as "tenantId", headers, data, occurred_at as "occurredAt"`;

/** The published events of an aggregate after a position, in order, at most `limit`. Errors: UNAVAILABLE. */
export async function readLog(
  db: Database,
  aggregateId: string,
  after: bigint,
  limit: number,
): Promise<readonly LoggedEvent[]> {
  const rows = await query<RawRow>(
    db,
    `select position, ${columns} from event_log where aggregate_id = $1 and position > $2 order by position limit $3`,
    [aggregateId, after.toString(), limit],
  );
  return rows.map((row) => ({ ...row, position: BigInt(row.position), sequence: BigInt(row.sequence) }));
}

/**
 * Every committed event of these types, page by page, in the order of each aggregate: what was published, then what
 * still waits in the outbox. Call it in one `read`: on one snapshot an event is in exactly one of the two (E-1). Events
 * that could not be sent (`outbox_parked`) are left out; they come when they are released.
 */
export async function* committed(
  tx: Transaction,
  types: readonly string[],
  pageSize: number,
): AsyncGenerator<readonly LoggedEvent[]> {
  for (const source of [
    { table: 'event_log', key: 'position' },
    { table: 'outbox', key: 'id' },
  ] as const) {
    for (let after = 0n; ;) {
      const rows = await tx.manager.query<RawRow[]>(
        `select ${source.key} as position, ${columns} from ${source.table}
         where type = any($1) and ${source.key} > $2 order by ${source.key} limit $3`,
        [types, after.toString(), pageSize],
      );
      const page = rows.map((row) => ({ ...row, position: BigInt(row.position), sequence: BigInt(row.sequence) }));
      if (page.length > 0) yield page;
      const last = page.at(-1);
      if (last === undefined || page.length < pageSize) break;
      after = last.position;
    }
  }
}

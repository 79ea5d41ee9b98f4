import { query, type Database } from './database.ts';
import type { OutboxRow } from './outbox.ts';

/* What was published, append-only; the source of replays (`eventing.md` section 7). */

/** A published event; `position` is the order of logging, no public cursor. */
export interface LoggedEvent extends Omit<OutboxRow, 'id'> {
  readonly position: bigint;
}

interface RawRow extends Omit<LoggedEvent, 'position' | 'sequence'> {
  readonly position: string;
  readonly sequence: string;
}

/** The published events of an aggregate after a position, in order, at most `limit`. Errors: UNAVAILABLE. */
export async function readLog(
  db: Database,
  aggregateId: string,
  after: bigint,
  limit: number,
): Promise<readonly LoggedEvent[]> {
  const rows = await query<RawRow>(
    db,
    `select position, event_id as "eventId", topic, type, aggregate_type as "aggregateType",
            aggregate_id as "aggregateId", aggregate_seq as "sequence", tenant_id as "tenantId", headers, data,
            occurred_at as "occurredAt"
     from event_log where aggregate_id = $1 and position > $2 order by position limit $3`,
    [aggregateId, after.toString(), limit],
  );
  return rows.map((row) => ({ ...row, position: BigInt(row.position), sequence: BigInt(row.sequence) }));
}

import { query, type Database } from './database.ts';

/* The SQL of the outbox (`eventing.md` section 2); the relay in libs/messaging decides when. */

/** Work is divided by aggregate into this many shards, each with one owner at a time. */
export const shardCount = 4;

/** The right to move the events of one shard. Whoever lost it changes nothing: `fence` grows with every owner (E-6). */
export interface ShardLease {
  readonly shard: number;
  readonly owner: string;
  readonly fence: bigint;
}

/** An event that was committed and waits to be sent. */
export interface OutboxRow {
  readonly id: bigint;
  /** CloudEvents id, UUIDv7. */
  readonly eventId: string;
  readonly topic: string;
  /** CloudEvents type: `tocsin.incident.IncidentOpened.v1`. */
  readonly type: string;
  readonly aggregateType: string;
  /** CloudEvents subject and record key. */
  readonly aggregateId: string;
  /** 1, 2, 3 … without gaps per aggregate. */
  readonly sequence: bigint;
  readonly tenantId: string | null;
  /** `tocsin-sig`, and `traceparent` if the commit was traced. */
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON text that was signed; sent byte for byte. */
  readonly data: string;
  /** Instant of the decision; `toISOString()` of it is the signed CloudEvents time. */
  readonly occurredAt: Date;
}

/** Takes the shard for 8 s if nobody else holds it. Null: another owner has it. Errors: UNAVAILABLE. */
export async function claimShard(db: Database, shard: number, owner: string): Promise<ShardLease | null> {
  const rows = await query<{ fence: string }>(
    db,
    `with claimed as (
       update outbox_shard set owner = $2, fence = fence + 1, lease_until = now() + interval '8 s'
       where shard = $1 and (owner is null or owner = $2 or lease_until < now()) returning fence)
     select fence from claimed`,
    [shard, owner],
  );
  return rows[0] === undefined ? null : { shard, owner, fence: BigInt(rows[0].fence) };
}

/** Holds the shard for another 8 s; call it every 2 s. False: the lease is lost, stop at once. */
export async function renewShard(db: Database, lease: ShardLease): Promise<boolean> {
  const rows = await query(
    db,
    `with renewed as (
       update outbox_shard set lease_until = now() + interval '8 s'
       where shard = $1 and owner = $2 and fence = $3 returning shard)
     select shard from renewed`,
    leaseParameters(lease),
  );
  return rows.length === 1;
}

/** Gives the shard back so that another owner need not wait for the lease to run out. */
export async function releaseShard(db: Database, lease: ShardLease): Promise<void> {
  await query(
    db,
    `update outbox_shard set owner = null, lease_until = null where shard = $1 and owner = $2 and fence = $3`,
    leaseParameters(lease),
  );
}

interface RawRow extends Omit<OutboxRow, 'id' | 'sequence'> {
  readonly id: string;
  readonly sequence: string;
}

/**
 * The oldest events of the shard, in order, at most `limit` and (but for a single one) `maxBytes` of data. Events of a
 * parked aggregate are left out: they wait behind the parked one.
 */
export async function readBatch(
  db: Database,
  shard: number,
  limit = 500,
  maxBytes = 900_000,
): Promise<readonly OutboxRow[]> {
  const rows = await query<RawRow>(
    db,
    `select id, event_id as "eventId", topic, type, aggregate_type as "aggregateType", aggregate_id as "aggregateId",
            aggregate_seq as "sequence", tenant_id as "tenantId", headers, data, occurred_at as "occurredAt"
     from (select o.*, sum(octet_length(data)) over (order by id) as bytes, row_number() over (order by id) as nth
           from (select * from outbox o
                 where shard = $1 and not exists (
                   select from outbox_parked p
                   where p.aggregate_type = o.aggregate_type and p.aggregate_id = o.aggregate_id)
                 order by id limit $2) o) batch
     where bytes <= $3 or nth = 1
     order by id`,
    [shard, limit, maxBytes],
  );
  return rows.map((row) => ({ ...row, id: BigInt(row.id), sequence: BigInt(row.sequence) }));
}

/** The columns that `outbox`, `event_log` and `outbox_parked` share. */
const columns = `event_id, topic, type, aggregate_type, aggregate_id, aggregate_seq, shard, tenant_id, headers, data,
  occurred_at, created_at`;
const own = `own as (select 1 from outbox_shard where shard = $1 and owner = $2 and fence = $3 for update)`;

/**
 * Moves what was sent to the event log, if the lease still holds. Returns how many moved: 0 means that the lease was
 * lost and nothing changed, so stop (E-1, E-6).
 */
export async function moveSent(db: Database, lease: ShardLease, ids: readonly bigint[]): Promise<number> {
  const rows = await query<{ moved: number }>(
    db,
    `with ${own},
     gone as (delete from outbox where id = any($4::bigint[]) and shard = $1 and exists (select 1 from own)
              returning *),
     logged as (insert into event_log (${columns}) select ${columns} from gone order by id returning 1)
     select count(*)::int as moved from logged`,
    [...leaseParameters(lease), ids.map(String)],
  );
  return rows[0]?.moved ?? 0;
}

/**
 * Puts every waiting event of one aggregate aside because the broker refuses one of them; other aggregates flow on.
 * Its later events stay in the outbox, unread. Returns how many were parked; 0 if the lease was lost.
 */
export async function parkAggregate(
  db: Database,
  lease: ShardLease,
  aggregate: { readonly type: string; readonly id: string },
  error: string,
): Promise<number> {
  const rows = await query<{ parked: number }>(
    db,
    `with ${own},
     gone as (delete from outbox where aggregate_type = $4 and aggregate_id = $5 and exists (select 1 from own)
              returning *),
     parked as (insert into outbox_parked (id, ${columns}, error) select id, ${columns}, $6 from gone returning 1)
     select count(*)::int as parked from parked`,
    [...leaseParameters(lease), aggregate.type, aggregate.id, error.slice(0, 2_000)],
  );
  return rows[0]?.parked ?? 0;
}

/** Puts the parked events of an aggregate back at their old places; the relay sends them next. Returns how many. */
export async function unparkAggregate(
  db: Database,
  aggregate: { readonly type: string; readonly id: string },
): Promise<number> {
  const rows = await query<{ returned: number }>(
    db,
    `with gone as (delete from outbox_parked where aggregate_type = $1 and aggregate_id = $2 returning *),
     back as (insert into outbox (id, ${columns}) overriding system value select id, ${columns} from gone returning 1)
     select count(*)::int as returned from back`,
    [aggregate.type, aggregate.id],
  );
  return rows[0]?.returned ?? 0;
}

/** What waits: alarm at 5 s, page at 60 s, any parked row. */
export interface OutboxLag {
  readonly waiting: number;
  readonly parked: number;
  /** Age of the oldest waiting event, milliseconds; 0 if none waits. */
  readonly oldestMs: number;
}

export async function lag(db: Database): Promise<OutboxLag> {
  const rows = await query<OutboxLag>(
    db,
    `select (select count(*)::int from outbox) as waiting, (select count(*)::int from outbox_parked) as parked,
       (select coalesce(greatest(0, extract(epoch from now() - min(created_at)) * 1000), 0)::int from outbox)
         as "oldestMs"`,
  );
  return rows[0] ?? { waiting: 0, parked: 0, oldestMs: 0 };
}

const leaseParameters = ({ shard, owner, fence }: ShardLease): unknown[] => [shard, owner, fence.toString()];

import { query, type Database } from './database.ts';
import type { Transaction } from './transaction.ts';

/* The SQL of the inbox (`eventing.md` section 3); the consumer in libs/messaging decides when. */

/** A record that was read from a topic, before its effect. */
export interface InboxMessage {
  /** CloudEvents id: what makes a repeat a repeat, whatever its offset. */
  readonly messageId: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** DONE if not given. */
  readonly outcome?: 'DONE' | 'REFUSED' | 'PARKED';
  /** The refusal's code. */
  readonly code?: string;
}

/**
 * Records the messages *first* in the slice's transaction and returns the ids that are new (E-2). A concurrent copy
 * waits for this transaction and then gets none of them.
 */
export async function recordSlice(
  tx: Transaction,
  consumer: string,
  messages: readonly InboxMessage[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.manager.query<{ id: string }[]>(
    `insert into inbox (consumer, message_id, topic, partition, "offset", outcome, code)
     select $1, "messageId", topic, partition, "offset", coalesce(outcome, 'DONE'), code
     from jsonb_to_recordset($2::jsonb) as m ("messageId" uuid, topic text, partition int, "offset" bigint,
       outcome text, code text)
     order by "messageId"
     on conflict do nothing returning message_id as id`,
    [consumer, JSON.stringify(messages)],
  );
  return new Set(rows.map((row) => row.id));
}

/** One aggregate as a consumer sees it. */
export interface AggregateKey {
  readonly type: string;
  readonly id: string;
}

/** The key of the map that `progressOf` answers with. */
export const keyOfAggregate = ({ type, id }: AggregateKey): string => `${type}/${id}`;

/** The last sequence that was applied per aggregate, by `keyOfAggregate`; absent if none was (E-3). */
export async function progressOf(
  tx: Transaction,
  consumer: string,
  aggregates: readonly AggregateKey[],
): Promise<ReadonlyMap<string, bigint>> {
  const rows = await tx.manager.query<{ type: string; id: string; sequence: string }[]>(
    `select p.aggregate_type as type, p.aggregate_id as id, p.last_seq as sequence
     from progress p join jsonb_to_recordset($2::jsonb) as a (type text, id uuid)
       on p.aggregate_type = a.type and p.aggregate_id = a.id
     where p.consumer = $1`,
    [consumer, JSON.stringify(aggregates)],
  );
  return new Map(rows.map((row) => [keyOfAggregate(row), BigInt(row.sequence)]));
}

/** Notes the sequences that were applied, at most one per aggregate; never goes back. */
export async function advance(
  tx: Transaction,
  consumer: string,
  applied: readonly (AggregateKey & { readonly sequence: bigint })[],
): Promise<void> {
  await tx.manager.query(
    `insert into progress as p (consumer, aggregate_type, aggregate_id, last_seq)
     select $1, type, id, sequence from jsonb_to_recordset($2::jsonb) as a (type text, id uuid, sequence bigint)
     order by type, id
     on conflict (consumer, aggregate_type, aggregate_id)
       do update set last_seq = greatest(p.last_seq, excluded.last_seq)`,
    [consumer, JSON.stringify(applied.map((one) => ({ ...one, sequence: one.sequence.toString() })))],
  );
}

/**
 * Counts, committed at once, that the handling of the slice at `firstOffset` starts, so that a slice that kills the
 * process is noticed. Returns the starts so far, this one included; another offset begins at 1. Errors: UNAVAILABLE.
 */
export async function countStart(
  db: Database,
  consumer: string,
  slice: { readonly topic: string; readonly partition: number; readonly firstOffset: string },
): Promise<number> {
  const rows = await query<{ starts: number }>(
    db,
    `insert into slice_start as s (consumer, topic, partition, first_offset, starts) values ($1, $2, $3, $4, 1)
     on conflict (consumer, topic, partition) do update set first_offset = excluded.first_offset,
       starts = case when s.first_offset = excluded.first_offset then s.starts + 1 else 1 end
     returning starts`,
    [consumer, slice.topic, slice.partition, slice.firstOffset],
  );
  return rows[0]?.starts ?? 1;
}

/** Forgets the count, in the transaction that finished the slice. */
export async function clearStart(
  tx: Transaction,
  consumer: string,
  slice: { readonly topic: string; readonly partition: number },
): Promise<void> {
  await tx.manager.query(`delete from slice_start where consumer = $1 and topic = $2 and partition = $3`, [
    consumer,
    slice.topic,
    slice.partition,
  ]);
}

/**
 * Settles a record that was PARKED, in the transaction that applies it. False: it was settled before, so it must have
 * no further effect (E-2).
 */
export async function settleParked(
  tx: Transaction,
  consumer: string,
  message: Pick<InboxMessage, 'messageId' | 'code'> & { readonly outcome: 'DONE' | 'REFUSED' },
): Promise<boolean> {
  const rows = await tx.manager.query<unknown[]>(
    `with settled as (
       update inbox set outcome = $3, code = $4, processed_at = now()
       where consumer = $1 and message_id = $2 and outcome = 'PARKED' returning 1)
     select from settled`,
    [consumer, message.messageId, message.outcome, message.code ?? null],
  );
  return rows.length === 1;
}

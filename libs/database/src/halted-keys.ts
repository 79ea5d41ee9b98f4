import { query, type Database } from './database.ts';
import type { Transaction } from './transaction.ts';

/* Halt the key, not the partition (E-5): one poison record stops only the later records of its own key. */

/** A record that could not be applied, or waits behind one. */
export interface ParkedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** The record's key; `<partition>:<offset>` if it has none. */
  readonly key: string;
  readonly sequence: bigint | null;
  /** CloudEvents id; null if it could not be read. */
  readonly messageId: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Buffer | null;
  /** Why: an error message or code, no payload. */
  readonly error: string;
  readonly attempts: number;
}

/** Halts a key; the first reason stands. Park the offending record in the same transaction. */
export async function haltKey(
  tx: Transaction,
  consumer: string,
  halt: { readonly topic: string; readonly key: string; readonly reason: string },
): Promise<void> {
  await tx.manager.query(
    `insert into halted_key (consumer, topic, key, reason) values ($1, $2, $3, $4) on conflict do nothing`,
    [consumer, halt.topic, halt.key, halt.reason.slice(0, 500)],
  );
}

/**
 * Which of the keys are halted; their records must be parked, not applied. Locks the answers until the transaction
 * ends, so that a release cannot overtake a record that is just joining the park.
 */
export async function haltedOf(
  tx: Transaction,
  consumer: string,
  topic: string,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.manager.query<{ key: string }[]>(
    `select key from halted_key where consumer = $1 and topic = $2 and key = any($3::text[]) order by key
     for key share`,
    [consumer, topic, keys],
  );
  return new Set(rows.map((row) => row.key));
}

export const isHalted = async (tx: Transaction, consumer: string, topic: string, key: string): Promise<boolean> =>
  (await haltedOf(tx, consumer, topic, [key])).has(key);

/** Puts a record aside. The same record again (a redelivery) changes nothing. */
export async function park(tx: Transaction, consumer: string, record: ParkedRecord): Promise<void> {
  const { topic, partition, offset, key, sequence, messageId, headers, value, error, attempts } = record;
  await tx.manager.query(
    `insert into parked (consumer, topic, partition, "offset", key, seq, message_id, headers, value, error, attempts)
     values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $10, $11) on conflict do nothing`,
    [
      ...[consumer, topic, partition, offset, key, sequence?.toString() ?? null, messageId, JSON.stringify(headers)],
      ...[value, error.slice(0, 2_000), attempts],
    ],
  );
}

const select = `select topic, partition, "offset", key, seq as "sequence", message_id as "messageId", headers, value,
  error, attempts from parked`;

interface RawRecord extends Omit<ParkedRecord, 'sequence'> {
  readonly sequence: string | null;
}

const toRecord = (row: RawRecord): ParkedRecord => ({
  ...row,
  sequence: row.sequence === null ? null : BigInt(row.sequence),
});

/** The records of a key that wait for their release, in the order in which they must be applied. */
export async function parkedOf(
  tx: Transaction,
  consumer: string,
  topic: string,
  key: string,
): Promise<readonly ParkedRecord[]> {
  const rows = await tx.manager.query<RawRecord[]>(
    `${select} where consumer = $1 and topic = $2 and key = $3 and released_at is null order by partition, "offset"`,
    [consumer, topic, key],
  );
  return rows.map(toRecord);
}

/** Notes that a parked record was applied (or given up); it stays in the table as history. */
export async function markReleased(
  tx: Transaction,
  consumer: string,
  record: Pick<ParkedRecord, 'topic' | 'partition' | 'offset'>,
): Promise<void> {
  await tx.manager.query(
    `update parked set released_at = now()
     where consumer = $1 and topic = $2 and partition = $3 and "offset" = $4 and released_at is null`,
    [consumer, record.topic, record.partition, record.offset],
  );
}

/**
 * Lets a key flow again, if nothing of it waits any more. It waits for transactions that are parking a record of this
 * key. False: more was parked meanwhile, drain again.
 */
export async function resumeKey(tx: Transaction, consumer: string, topic: string, key: string): Promise<boolean> {
  await tx.manager.query(`select from halted_key where consumer = $1 and topic = $2 and key = $3 for update`, [
    consumer,
    topic,
    key,
  ]);
  if ((await parkedOf(tx, consumer, topic, key)).length > 0) return false;
  await tx.manager.query(`delete from halted_key where consumer = $1 and topic = $2 and key = $3`, [
    consumer,
    topic,
    key,
  ]);
  return true;
}

/** A key that stands still, and how many of its records wait. */
export interface HaltedKey {
  readonly topic: string;
  readonly key: string;
  readonly reason: string;
  readonly since: Date;
  readonly waiting: number;
}

/** For the alarm and the operator: every halted key of the consumer, oldest first. Errors: UNAVAILABLE. */
export const haltedKeys = (db: Database, consumer: string): Promise<readonly HaltedKey[]> =>
  query<HaltedKey>(
    db,
    `select h.topic, h.key, h.reason, h.since, count(p.key)::int as waiting
     from halted_key h left join parked p
       on p.consumer = h.consumer and p.topic = h.topic and p.key = h.key and p.released_at is null
     where h.consumer = $1 group by h.topic, h.key, h.reason, h.since order by h.since`,
    [consumer],
  );

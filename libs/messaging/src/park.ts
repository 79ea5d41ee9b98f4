import { haltedKeys, inTransaction, type Transaction } from '@tocsin/database';
import type { IncomingRecord } from './bus.ts';
import type { ConsumerCore, ReadRecord } from './consumer-definition.ts';
import { UnreadableRecord } from './envelope.ts';
import { reasonOf } from './failures.ts';

/** Why a later record of a halted key waits. */
const behind = 'KEY_HALTED';

/** Puts a record aside behind the one that halted its key. */
export const parkBehind = (core: ConsumerCore, tx: Transaction, { record }: ReadRecord): Promise<void> =>
  haltedKeys.park(tx, core.consumer, parkedRecord(record, keyOf(record), behind, 0));

/**
 * Puts a record aside, halts its key and copies it to the dead letter topic (E-5). A record that nobody vouches for
 * halts only itself: else whoever can write to the topic could stop any incident.
 */
export async function park(
  core: ConsumerCore,
  record: IncomingRecord,
  error: unknown,
  attempts: number,
): Promise<void> {
  const isForeign = error instanceof UnreadableRecord && !error.isTrusted;
  const key = isForeign ? positionOf(record) : keyOf(record);
  const reason = error instanceof UnreadableRecord ? error.message : reasonOf(error);
  const action = record.headers['ce_type']?.split('.')[2] ?? 'unreadable';
  await inTransaction(core.db, { by: core.by, action: action.slice(0, 100) }, async (tx) => {
    await haltedKeys.haltKey(tx, core.consumer, { topic: record.topic, key, reason });
    await haltedKeys.park(tx, core.consumer, parkedRecord(record, key, reason, attempts));
  });
  const { topic, partition, offset } = record;
  core.log.error(
    { err: error, consumer: core.consumer, topic, partition, offset, key, attempts },
    'a record is parked',
  );
  await copyToDeadLetters(core, record, reason, attempts);
}

const positionOf = ({ partition, offset }: IncomingRecord): string => `${String(partition)}:${offset}`;
const keyOf = (record: IncomingRecord): string => record.key ?? positionOf(record);

function parkedRecord(record: IncomingRecord, key: string, error: string, attempts: number): haltedKeys.ParkedRecord {
  const { topic, partition, offset, headers, value } = record;
  const { ce_sequence: sequence = '', ce_id: id = '' } = headers;
  return {
    ...{ topic, partition, offset, key, headers, value, error, attempts },
    sequence: /^\d{1,18}$|^0\d{18}$/.test(sequence) ? BigInt(sequence) : null,
    messageId: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id) ? id : null,
  };
}

/** For whoever watches topics; the table is the truth, so a failure to copy is only logged. */
async function copyToDeadLetters(
  core: ConsumerCore,
  record: IncomingRecord,
  error: string,
  attempts: number,
): Promise<void> {
  const { topic, partition, offset, value, headers } = record;
  const origin = { 'x-original-topic': topic, 'x-original-partition': String(partition), 'x-original-offset': offset };
  const why = { 'x-error': error, 'x-attempts': String(attempts), 'x-consumer': core.consumer };
  try {
    await core.bus.send([
      { topic: `${topic}.dlq`, key: keyOf(record), value, headers: { ...headers, ...origin, ...why } },
    ]);
  } catch (cause) {
    core.log.warn({ err: cause, topic, partition, offset }, 'a parked record could not be copied to the dead letters');
  }
}

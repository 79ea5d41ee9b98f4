import { actingAs, haltedKeys, inbox, inTransaction, type Transaction } from '@tocsin/database';
import { inboxMessage, type ConsumerCore, type ReadRecord } from './consumer-definition.ts';

/** An event came before its predecessor: its key stops until the missing one is replayed (E-3). */
export class SequenceGap extends Error {
  override readonly name = 'SequenceGap';

  constructor(found: bigint, expected: bigint) {
    super(`GAP: sequence ${String(found)} came where ${String(expected)} was expected`);
  }
}

/**
 * Applies records of one partition, in order, in one transaction: inbox first, then effects, then progress (E-2, E-3).
 * Nothing is done for a record that was handled before, and nothing at all for one whose key is halted: those are
 * parked by `onHalted`, in the same transaction.
 *
 * @throws SequenceGap and whatever a handler throws; then nothing has changed.
 */
export function applyTogether(
  core: ConsumerCore,
  records: readonly ReadRecord[],
  onHalted: (tx: Transaction, record: ReadRecord) => Promise<void>,
): Promise<void> {
  return inTransaction(core.db, { by: core.by, action: 'handleEvents' }, async (tx) => {
    const halted = await haltedAmong(tx, core, records);
    const flowing = records.filter((one) => !halted.has(one.envelope.aggregate.id));
    await applyRecords(tx, core, flowing);
    for (const record of records) if (halted.has(record.envelope.aggregate.id)) await onHalted(tx, record);
  });
}

/** The effect of records in the caller's transaction; their keys must not be halted, or be on release. */
export async function applyRecords(tx: Transaction, core: ConsumerCore, records: readonly ReadRecord[]): Promise<void> {
  const effective = records.filter((one) => one.apply !== undefined);
  const isNew =
    effective.length === 0
      ? new Set<string>()
      : await inbox.recordSlice(tx, core.consumer, effective.map(inboxMessage));
  const aggregates = distinctAggregates(records);
  const last = new Map(aggregates.length === 0 ? [] : await inbox.progressOf(tx, core.consumer, aggregates));
  const moved = new Map<string, inbox.AggregateKey & { readonly sequence: bigint }>();
  for (const { envelope, apply, name } of records) {
    const key = inbox.keyOfAggregate(envelope.aggregate);
    const expected = (last.get(key) ?? 0n) + 1n;
    if (envelope.sequence < expected) continue;
    if (envelope.sequence > expected) throw new SequenceGap(envelope.sequence, expected);
    if (apply !== undefined && isNew.has(envelope.id)) await apply(actingAs(tx, name));
    last.set(key, envelope.sequence);
    moved.set(key, { ...envelope.aggregate, sequence: envelope.sequence });
  }
  if (moved.size > 0) await inbox.advance(tx, core.consumer, [...moved.values()]);
}

/** Records that a rule refused the event: nothing of the effect remains, and the sequence moves on. */
export const refuse = (core: ConsumerCore, one: ReadRecord, code: string): Promise<void> =>
  inTransaction(core.db, { by: core.by, action: one.name }, async (tx) => {
    await inbox.recordSlice(tx, core.consumer, [{ ...inboxMessage(one), outcome: 'REFUSED', code }]);
    await inbox.advance(tx, core.consumer, [{ ...one.envelope.aggregate, sequence: one.envelope.sequence }]);
  });

async function haltedAmong(
  tx: Transaction,
  core: ConsumerCore,
  records: readonly ReadRecord[],
): Promise<ReadonlySet<string>> {
  const topic = records[0]?.record.topic;
  if (topic === undefined) return new Set();
  const keys = [...new Set(records.map((one) => one.envelope.aggregate.id))];
  return haltedKeys.haltedOf(tx, core.consumer, topic, keys);
}

function distinctAggregates(records: readonly ReadRecord[]): readonly inbox.AggregateKey[] {
  return [
    ...new Map(records.map(({ envelope: { aggregate } }) => [inbox.keyOfAggregate(aggregate), aggregate])).values(),
  ];
}

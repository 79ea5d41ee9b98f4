import { inbox } from '@tocsin/database';
import { applySingly, type RecordOutcome } from './apply-singly.ts';
import { applyTogether } from './apply.ts';
import type { IncomingRecord, SliceOutcome } from './bus.ts';
import { readRecord, type ConsumerCore, type ReadRecord } from './consumer-definition.ts';
import { UnreadableRecord } from './envelope.ts';
import { classify } from './failures.ts';
import { park, parkBehind } from './park.ts';

const mostStarts = 3;

/** A record that began three times and never ended: the process died of it each time. */
class KillsProcess extends Error {
  override readonly name = 'KillsProcess';
}

export type OnHandled = (outcome: RecordOutcome, count: number) => void;

/** Makes the handling of slices: together if all is well, one by one if anything is not. */
export function createSliceHandler(core: ConsumerCore, onHandled: OnHandled) {
  const counted = new Map<string, string>();

  /** Starts so far; 1 again for a slice that this very process began before, for then it has not killed it. */
  const countStart = async (consumer: string, { topic, partition, offset }: IncomingRecord): Promise<number> => {
    const place = `${consumer} ${topic} ${String(partition)}`;
    if (counted.get(place) === offset) return 1;
    const starts = await inbox.countStart(core.db, consumer, { topic, partition, firstOffset: offset });
    counted.set(place, offset);
    return starts;
  };

  const handleCarefully = async (record: IncomingRecord): Promise<RecordOutcome> => {
    // Counted apart from the slice's starts: the first record of a deadly slice may be innocent.
    if ((await countStart(`${core.consumer}/single`, record)) <= mostStarts) return applySingly(core, record);
    await park(core, record, new KillsProcess('The process ended three times while it handled this.'), mostStarts);
    return 'parked';
  };

  const handleEach = async (
    records: readonly IncomingRecord[],
    handle: (record: IncomingRecord) => Promise<RecordOutcome>,
  ): Promise<SliceOutcome> => {
    for (const record of records) {
      const outcome = await handle(record);
      onHandled(outcome, 1);
      if (outcome === 'transient') return 'transient';
    }
    return 'done';
  };

  return async (records: readonly IncomingRecord[]): Promise<SliceOutcome> => {
    const [first] = records;
    if (first === undefined) return 'done';
    try {
      if ((await countStart(core.consumer, first)) >= mostStarts) return await handleEach(records, handleCarefully);
      return await handleSlice(core, records, onHandled, () => handleEach(records, (one) => applySingly(core, one)));
    } catch (error) {
      // Never thrown on: kafkajs would leave the group. The slice comes again in a moment.
      core.log.warn({ err: error, consumer: core.consumer, topic: first.topic }, 'a slice failed; it comes again');
      return 'transient';
    }
  };
}

/** One transaction for all; if anything is wrong with any, it is redone one by one. */
async function handleSlice(
  core: ConsumerCore,
  records: readonly IncomingRecord[],
  onHandled: OnHandled,
  singly: () => Promise<SliceOutcome>,
): Promise<SliceOutcome> {
  const read = readAll(core, records);
  if (read === undefined) return singly();
  try {
    await applyTogether(core, read, (tx, one) => parkBehind(core, tx, one));
    onHandled('applied', read.length);
    return 'done';
  } catch (error) {
    return classify(error) === 'outage' ? 'transient' : singly();
  }
}

/** Undefined if any record is unreadable: it may halt a key that later ones have. */
function readAll(core: ConsumerCore, records: readonly IncomingRecord[]): readonly ReadRecord[] | undefined {
  try {
    return records.map((record) => readRecord(core, record));
  } catch (error) {
    if (error instanceof UnreadableRecord) return undefined;
    throw error;
  }
}

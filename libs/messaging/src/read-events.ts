import type { EventBus, IncomingRecord } from './bus.ts';
import { readData, readEnvelope, UnreadableRecord } from './envelope.ts';
import { createSignatureCheck, type EventKeys } from './signature.ts';

/** A record that says it is such an event, and that nobody vouches for. */
export interface UnprovenRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly reason: string;
}

export interface ReadEventsOptions {
  readonly bus: EventBus;
  readonly topics: readonly string[];
  /** CloudEvents types; of all others nothing is read but that. */
  readonly types: readonly string[];
  readonly eventKeys: EventKeys;
  /** Awaited before the next of the same key. */
  readonly onEvent: (event: { readonly type: string; readonly data: unknown }) => Promise<void>;
  readonly onUnproven: (record: UnprovenRecord) => void;
}

/**
 * Every proven event of these types that the topics hold now, from the beginning and in order per key; a repeated one
 * comes again. For tools that collect: it takes part in no group and leaves no trace.
 *
 * @throws Error if a topic is not there or Kafka does not answer; what `onEvent` throws.
 */
export async function readEvents({ bus, topics, onUnproven, ...options }: ReadEventsOptions): Promise<void> {
  const isSigned = createSignatureCheck(options.eventKeys);
  const wanted = new Set(options.types);
  const take = async (record: IncomingRecord): Promise<void> => {
    try {
      const envelope = readEnvelope(record, isSigned);
      const { type, event } = envelope;
      if (event !== undefined) await options.onEvent({ type, data: readData(record, envelope, event) });
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error;
      const { topic, partition, offset } = record;
      onUnproven({ topic, partition, offset, reason: error.message });
    }
  };
  await bus.readAll(topics, async (records) => {
    for (const record of records) if (wanted.has(record.headers['ce_type'] ?? '')) await take(record);
  });
}

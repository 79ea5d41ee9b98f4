import type { Logger, Part } from '@tocsin/runtime';
import type { EventBus, IncomingRecord } from './bus.ts';
import { readData, readEnvelope } from './envelope.ts';
import { createSignatureCheck, type EventKeys } from './signature.ts';

/** An event as it passes by. */
export interface TailEvent {
  readonly id: string;
  readonly type: string;
  /** The aggregate's id. */
  readonly key: string;
  readonly occurredAt: Date;
  readonly sequence: bigint;
  readonly data: unknown;
  readonly traceparent?: string;
}

export interface TailOptions {
  readonly bus: EventBus;
  /** Of this process alone, so that it sees everything. */
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly eventKeys: EventKeys;
  readonly onEvent: (event: TailEvent) => void;
  /** Events may have been missed since the last one; whoever relies on completeness must look for itself. */
  readonly onGap: (reason: string) => void;
  readonly log: Logger;
  /** The tail has ended for good and is no longer ready. */
  readonly onFatal?: (error: Error) => void;
}

const rememberedIds = 10_000;
const sliceSize = 100;

/**
 * Every proven event of the topics from now on, once each, in order per key and unordered between keys. `start`
 * returns when nothing that is published afterwards can be missed.
 */
export function createTail({ bus, log, onGap, onFatal, ...options }: TailOptions): Part {
  const isSigned = createSignatureCheck(options.eventKeys);
  const isNew = createMemory(rememberedIds);
  const pass = (record: IncomingRecord): void => {
    try {
      const envelope = readEnvelope(record, isSigned);
      const { id, type, occurredAt, sequence, traceparent, event, aggregate } = envelope;
      if (event === undefined || !isNew(id)) return;
      const data = readData(record, envelope, event);
      const seen = { id, type, key: aggregate.id, occurredAt, sequence, data };
      options.onEvent(traceparent === undefined ? seen : { ...seen, traceparent });
    } catch (error) {
      const { topic, partition, offset } = record;
      log.warn({ err: error, topic, partition, offset }, 'the tail left out a record');
    }
  };
  const subscription = bus.subscribe({
    groupId: options.groupId,
    topics: options.topics,
    from: 'now',
    sliceSize,
    onSlice: (records) => {
      records.forEach(pass);
      return Promise.resolve('done');
    },
    onTrouble: (reason, isFatal) => {
      if (isFatal) {
        log.fatal({ reason }, 'the tail has ended');
        onFatal?.(new Error(`The tail has ended: ${reason}`));
      }
      onGap(reason);
    },
  });
  return { ...subscription, name: 'tail' };
}

/** Says whether an id is seen for the first time; forgets the oldest beyond `size`. */
function createMemory(size: number): (id: string) => boolean {
  const seen = new Set<string>();
  return (id) => {
    if (seen.has(id)) return false;
    seen.add(id);
    for (const oldest of seen) {
      if (seen.size <= size) break;
      seen.delete(oldest);
    }
    return true;
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, IHeaders, KafkaMessage } from 'kafkajs';
import type { IncomingRecord, Subscription, SubscriptionOptions } from './bus.ts';
import { createKafka, retry, type KafkaOptions } from './kafka-settings.ts';

const heartbeatMs = 3_000;
/** A member that died, or gave up on a broker that was down, holds up its successor for as long (E-16: 10 s). */
const sessionMs = 9_000;
const resumeAfterMs = 1_000;
const joinTimeoutMs = 60_000;

/** One member of a consumer group (`eventing.md` sections 3 and 4). */
export function createKafkaSubscription(
  options: KafkaOptions,
  prefix: string,
  wanted: SubscriptionOptions,
): Subscription {
  let isStopping = false;
  let hasEnded = false;
  const isHalted = (): boolean => isStopping || hasEnded;
  const kafka = createKafka(options, (message) => {
    if (/out of range/i.test(message)) wanted.onTrouble('the place in the topic was lost (offset out of range)', false);
  });
  const consumer = kafka.consumer({
    groupId: prefix + wanted.groupId,
    sessionTimeout: sessionMs,
    rebalanceTimeout: 60_000,
    heartbeatInterval: heartbeatMs,
    maxWaitTimeInMs: 500,
    maxBytesPerPartition: 262_144,
    maxBytes: 2_097_152,
    allowAutoTopicCreation: false,
    retry: { ...retry, restartOnFailure: () => Promise.resolve(!isStopping) },
  });
  let joins = 0;
  const reads = new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.GROUP_JOIN, () => {
      joins += 1;
      if (joins > 1) wanted.onTrouble('the group was joined again', false);
    });
    consumer.on(consumer.events.FETCH, () => resolve());
    consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
      if (isStopping) return;
      hasEnded = !restart;
      wanted.onTrouble(`the consumer crashed: ${error.name}`, !restart);
      if (!restart) reject(error);
    });
  });
  reads.catch(() => undefined);
  return {
    name: `subscription ${wanted.groupId}`,
    start: async () => {
      await consumer.connect();
      await consumer.subscribe({
        topics: wanted.topics.map((topic) => prefix + topic),
        fromBeginning: wanted.from === 'beginning',
      });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 3,
        eachBatch: (batch) => handleBatch(consumer, batch, prefix, wanted, isHalted),
      });
      // Whoever starts at the end must know that the end is fixed before it says that it is ready.
      if (wanted.from === 'now') await within(reads, joinTimeoutMs);
    },
    stop: async () => {
      isStopping = true;
      await consumer.disconnect();
    },
    ready: () => joins > 0 && !hasEnded,
  };
}

async function within(done: Promise<void>, ms: number): Promise<void> {
  const timer = new AbortController();
  const late = sleep(ms, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`The consumer group was not joined within ${String(ms)} ms.`);
  });
  try {
    await Promise.race([done, late]);
  } finally {
    late.catch(() => undefined);
    timer.abort();
  }
}

async function handleBatch(
  consumer: Consumer,
  payload: EachBatchPayload,
  prefix: string,
  wanted: SubscriptionOptions,
  isHalted: () => boolean,
): Promise<void> {
  const { batch } = payload;
  let isLost = false as boolean;
  // A slow slice must not cost the membership; a lost one must not go on as a zombie.
  const beat = setInterval(() => {
    payload.heartbeat().catch(() => {
      isLost = true;
    });
  }, heartbeatMs);
  try {
    for (let start = 0; start < batch.messages.length; start += wanted.sliceSize) {
      if (isLost || isHalted() || !payload.isRunning() || payload.isStale()) return;
      const slice = batch.messages.slice(start, start + wanted.sliceSize);
      const records = slice.map((message) => toRecord(batch.topic.slice(prefix.length), batch.partition, message));
      if ((await wanted.onSlice(records)) === 'transient') {
        resumeLater(payload.pause(), isHalted);
        return;
      }
      payload.resolveOffset(slice.at(-1)?.offset ?? batch.lastOffset());
      // Without an argument this would commit nothing.
      await payload.commitOffsetsIfNecessary(payload.uncommittedOffsets());
      await payload.heartbeat();
    }
  } finally {
    clearInterval(beat);
  }
}

/** A paused partition costs nothing and keeps its membership; throwing would end in a rebalance of the whole group. */
function resumeLater(resume: () => void, isHalted: () => boolean): void {
  setTimeout(() => {
    if (!isHalted()) resume();
  }, resumeAfterMs).unref();
}

function toRecord(topic: string, partition: number, message: KafkaMessage): IncomingRecord {
  const { offset, key, value, headers } = message;
  return {
    topic,
    partition,
    offset,
    key: key?.toString() ?? null,
    value: value ?? Buffer.alloc(0),
    headers: readHeaders(headers ?? {}),
  };
}

/** Header names in lower case; of a repeated header the first. */
function readHeaders(headers: IHeaders): Record<string, string> {
  const read: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) read[name.toLowerCase()] = first.toString();
  }
  return read;
}

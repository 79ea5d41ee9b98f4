import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import type { IncomingRecord } from './bus.ts';
import type { KafkaOptions } from './kafka-settings.ts';
import { createKafkaSubscription } from './kafka-subscription.ts';

const sliceSize = 100;
/** Longer than joining a group and all of kafkajs's retries of one request. */
const silenceMs = 90_000;

const placeOf = (topic: string, partition: number): string => `${topic} ${String(partition)}`;

/** See `EventBus.readAll`. The group is of this reading alone, and is gone afterwards. */
export async function readAll(
  options: KafkaOptions,
  prefix: string,
  admin: Admin,
  topics: readonly string[],
  onRecords: (records: readonly IncomingRecord[]) => Promise<void>,
): Promise<void> {
  const ends = await endsOf(admin, prefix, topics);
  if (ends.size === 0) return;
  const groupId = `tocsin.reading.${randomUUID()}`;
  const { promise: read, resolve, reject } = deferred();
  let lastAt = Date.now();
  const subscription = createKafkaSubscription(options, prefix, {
    ...{ groupId, topics, from: 'beginning', sliceSize },
    onSlice: async (records) => {
      lastAt = Date.now();
      try {
        await takeSlice(ends, records, onRecords);
        if (ends.size === 0) resolve();
      } catch (error) {
        reject(error as Error);
      }
      return 'done';
    },
    onTrouble: (reason, isFatal) => {
      if (isFatal) reject(new Error(`The topics could not be read: ${reason}`));
    },
  });
  const timer = new AbortController();
  await subscription.start();
  try {
    await Promise.race([read, untilSilent(() => lastAt, timer.signal)]);
  } finally {
    timer.abort();
    await subscription.stop();
    await admin.deleteGroups([prefix + groupId]).catch(() => undefined);
  }
}

/** By partition that is not empty: the offset of its last record now. */
async function endsOf(admin: Admin, prefix: string, topics: readonly string[]): Promise<Map<string, bigint>> {
  const ends = new Map<string, bigint>();
  for (const topic of topics)
    for (const { partition, low, high } of await admin.fetchTopicOffsets(prefix + topic))
      if (BigInt(high) > BigInt(low)) ends.set(placeOf(topic, partition), BigInt(high) - 1n);
  return ends;
}

/** Hands over what lies within the ends; a partition whose end was reached is done. */
async function takeSlice(
  ends: Map<string, bigint>,
  records: readonly IncomingRecord[],
  onRecords: (records: readonly IncomingRecord[]) => Promise<void>,
): Promise<void> {
  const last = records.at(-1);
  if (last === undefined) return;
  const place = placeOf(last.topic, last.partition);
  const end = ends.get(place);
  if (end === undefined) return;
  await onRecords(records.filter(({ offset }) => BigInt(offset) <= end));
  if (BigInt(last.offset) >= end) ends.delete(place);
}

/** Rejects when nothing has come for too long; ends quietly when it is no longer asked. */
async function untilSilent(lastAt: () => number, signal: AbortSignal): Promise<never> {
  while (Date.now() - lastAt() < silenceMs) {
    // Aborted only after the race is won.
    const isOver = await sleep(1_000, false, { signal }).catch(() => true);
    if (isOver) return new Promise<never>(() => undefined);
  }
  throw new Error(`Kafka has given nothing for ${String(silenceMs / 1000)} s.`);
}

function deferred() {
  let [resolve, reject]: [() => void, (error: Error) => void] = [() => undefined, () => undefined];
  const promise = new Promise<void>((onDone, onFailed) => {
    [resolve, reject] = [onDone, onFailed];
  });
  return { promise, resolve, reject };
}

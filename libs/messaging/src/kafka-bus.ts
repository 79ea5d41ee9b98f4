import { setTimeout as sleep } from 'node:timers/promises';
import { Partitioners, type Admin, type Kafka, type Message, type Producer, type TopicMessages } from 'kafkajs';
import { RecordRefused, type EventBus, type OutgoingRecord } from './bus.ts';
import { createKafka, retry, type KafkaOptions } from './kafka-settings.ts';
import { readAll } from './kafka-reading.ts';
import { createKafkaSubscription } from './kafka-subscription.ts';

export interface KafkaBusOptions extends KafkaOptions {
  /** Put before every topic and group, so that tests share one broker and never meet. */
  readonly prefix?: string;
}

/** The EventBus over Apache Kafka. `start` waits for the broker; later outages end by themselves. */
export function createKafkaBus(options: KafkaBusOptions): EventBus {
  const prefix = options.prefix ?? '';
  const kafka = createKafka(options);
  // Never `idempotent`: kafkajs reuses the sequence of a failed send, and the broker drops the next batch as its copy.
  const producer = kafka.producer({
    idempotent: false,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry,
  });
  const admin = kafka.admin({ retry: { ...retry, retries: 2 } });
  return {
    name: 'kafka',
    start: async () => {
      await producer.connect();
      await admin.connect();
    },
    stop: async () => {
      await producer.disconnect();
      await admin.disconnect();
    },
    ready: () => answers(admin),
    send: (records) => send(producer, prefix, records),
    subscribe: (subscription) => createKafkaSubscription(options, prefix, subscription),
    readAll: (topics, onRecords) => readAll(options, prefix, admin, topics, onRecords),
    createTopics: (topics, partitions) =>
      createTopics(
        kafka,
        topics.map((topic) => prefix + topic),
        partitions,
      ),
  };
}

/** kafkajs's own wait gives up when a broker has not heard of the topic yet, which is normal for a moment. */
async function createTopics(kafka: Kafka, names: readonly string[], numPartitions: number): Promise<void> {
  const admin = kafka.admin({ retry });
  await admin.connect();
  try {
    await admin.createTopics({ topics: names.map((topic) => ({ topic, numPartitions })), waitForLeaders: false });
    for (let tries = 100; !(await haveLeaders(admin, names)); tries -= 1) {
      if (tries === 0) throw new Error('The new topics have no leaders.');
      await sleep(50);
    }
  } finally {
    await admin.disconnect();
  }
}

async function haveLeaders(admin: Admin, names: readonly string[]): Promise<boolean> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [...names] });
    return topics.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0));
  } catch {
    return false;
  }
}

async function answers(admin: Admin): Promise<boolean> {
  try {
    return (await admin.describeCluster()).brokers.length > 0;
  } catch {
    return false;
  }
}

async function send(producer: Producer, prefix: string, records: readonly OutgoingRecord[]): Promise<void> {
  if (records.length === 0) return;
  try {
    await producer.sendBatch({ acks: -1, topicMessages: byTopic(prefix, records) });
  } catch (error) {
    if (isRefusal(error)) throw new RecordRefused('The broker refuses these records.', { cause: error });
    throw error;
  }
}

function byTopic(prefix: string, records: readonly OutgoingRecord[]): TopicMessages[] {
  const topics = new Map<string, Message[]>();
  for (const { topic, key, value, headers } of records) {
    const messages = topics.get(topic) ?? [];
    messages.push({ key, value, headers: { ...headers } });
    topics.set(topic, messages);
  }
  return [...topics].map(([topic, messages]) => ({ topic: prefix + topic, messages }));
}

const refusals = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'INVALID_TIMESTAMP']);

function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('type' in error && typeof error.type === 'string' && refusals.has(error.type)) return true;
  return isRefusal(error.cause) || ('originalError' in error && isRefusal(error.originalError));
}

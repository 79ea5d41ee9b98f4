import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { freePorts } from '../ports.ts';
import { isAlive } from '../process/identity.ts';
import { startKafka, type RunningKafka } from './broker.ts';
import { withAdmin } from './client.ts';
import { ensureTopics } from './topics.ts';

jest.setTimeout(60_000);

let directory: string;
let kafka: RunningKafka;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tocsin-kafka-'));
  const { kafka: port, kafkaController: controllerPort } = await freePorts();
  kafka = await startKafka({ directory, port, controllerPort, say: () => undefined });
}, 60_000);

afterAll(async () => {
  await kafka.stop();
  await rm(directory, { recursive: true });
});

const services = ['detection', 'incident', 'classification', 'notification'];

async function publish(values: readonly string[]): Promise<void> {
  const client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING, retry: { retries: 8 } });
  const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner, maxInFlightRequests: 1 });
  await producer.connect();
  for (const value of values)
    await producer.send({ topic: 'tocsin.incident', acks: -1, messages: [{ key: 'one', value }] });
  await producer.disconnect();
}

const count = (): Promise<number> =>
  withAdmin(kafka.brokers, 8, async (admin) => {
    const offsets = await admin.fetchTopicOffsets('tocsin.incident');
    return offsets.reduce((sum, { high }) => sum + Number(high), 0);
  });

/** A broker tells of a change only after its controller did: asks until it does, or five seconds have passed. */
async function differences(): Promise<string[]> {
  const deadline = performance.now() + 5_000;
  for (;;) {
    const found = (await ensureTopics(kafka.brokers)).differences;
    if (found.length > 0 || performance.now() > deadline) return found;
    await sleep(50);
  }
}

describe('our Kafka', () => {
  it('gets its topics once, and tells what differs', async () => {
    const names = services.flatMap((service) => [`tocsin.${service}`, `tocsin.${service}.dlq`]);
    expect(await ensureTopics(kafka.brokers)).toEqual({ created: names, differences: [] });
    expect(await ensureTopics(kafka.brokers)).toEqual({ created: [], differences: [] });
    const partitions = await withAdmin(kafka.brokers, 8, async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: names });
      await admin.createPartitions({ topicPartitions: [{ topic: 'tocsin.detection.dlq', count: 2 }] });
      return Object.fromEntries(topics.map((topic) => [topic.name, topic.partitions.length]));
    });
    expect(partitions).toMatchObject({ 'tocsin.incident': 12, 'tocsin.incident.dlq': 1 });
    expect(await differences()).toEqual(['topic tocsin.detection.dlq: partitions is 2, should be 1']);
  });

  it('keeps every acknowledged record over a SIGKILL, on the same port', async () => {
    await ensureTopics(kafka.brokers);
    // A producer waits until a new topic has its leaders; asking for offsets does not.
    await publish(['the first']);
    const before = await count();
    await publish(Array.from({ length: 50 }, (_, n) => `record ${String(n)}`));
    const { pid } = kafka;
    await kafka.kill();
    expect(isAlive(pid)).toBe(false);
    await kafka.start();
    expect(kafka.pid).not.toBe(pid);
    expect((await count()) - before).toBe(50);
    await publish(['one more']);
    expect((await count()) - before).toBe(51);
  });

  it('is refused a second time on the same folder', async () => {
    const second = startKafka({ directory, port: 1, controllerPort: 2, say: () => undefined });
    await expect(second).rejects.toThrow(/runs already/);
  });
});

import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';

/** Notes when a plain Kafka consumer, none of ours, first gets a record about each subject. */
export interface Arrivals {
  /** The instant on the clock of `performance.now()`; waits for it at most ten seconds. */
  of(subject: string): Promise<number>;
  stop(): Promise<void>;
}

const giveUpMs = 10_000;

/** Reads the topic from its beginning, so that nothing is missed while the group forms. */
export async function watchArrivals(brokers: readonly string[], topic: string): Promise<Arrivals> {
  const kafka = new Kafka({ clientId: 'bench', brokers: [...brokers], logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: `bench-${randomUUID()}` });
  const seen = new Map<string, number>();
  const waiting = new Map<string, (at: number) => void>();
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
  await consumer.run({
    eachMessage: ({ message }) => {
      const at = performance.now();
      const subject = String(message.headers?.['ce_subject']);
      if (!seen.has(subject)) seen.set(subject, at);
      waiting.get(subject)?.(at);
      waiting.delete(subject);
      return Promise.resolve();
    },
  });
  await joined;
  return {
    of: (subject) =>
      new Promise((resolve, reject) => {
        const at = seen.get(subject);
        if (at !== undefined) return resolve(at);
        const timer = setTimeout(() => reject(new Error(`No record about ${subject} came.`)), giveUpMs);
        waiting.set(subject, (instant) => {
          clearTimeout(timer);
          resolve(instant);
        });
      }),
    stop: () => consumer.disconnect(),
  };
}

import { Kafka, logLevel, type LogEntry, type RetryOptions } from 'kafkajs';
import type { Logger } from '@tocsin/runtime';
import { quietRequestQueue } from './request-queue-patch.ts';

/** Given to every client: under NODE_ENV=test kafkajs would take other defaults. */
export const retry: RetryOptions = {
  initialRetryTime: 100,
  maxRetryTime: 5_000,
  factor: 0.2,
  multiplier: 2,
  retries: 8,
};

export interface KafkaOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly log: Logger;
}

/** kafkajs as this system uses it (`eventing.md` section 4); `onLog` sees every message, for what has no event. */
export function createKafka(
  { brokers, clientId, log }: KafkaOptions,
  onLog: (message: string) => void = ignore,
): Kafka {
  quietRequestQueue();
  return new Kafka({
    clientId,
    brokers: [...brokers],
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    logLevel: logLevel.INFO,
    logCreator: () => (entry) => {
      onLog(entry.log.message);
      writeLog(log, entry);
    },
    retry,
  });
}

const ignore = (): void => undefined;

/** Known to pass by itself, and reported as an error by kafkajs: a new cluster, a broker that restarts, a rebalance. */
const passing =
  /group coordinator is not available|coordinator is loading|is rebalancing|not aware of this member|Response Heartbeat|Failed to connect to seed broker|Connection (error|timeout)|ECONNREFUSED|does not host this topic-partition|no leader/i;

/** kafkajs retries nearly all it complains of, so its levels are lowered by one; lost data is the exception. */
function writeLog(log: Logger, { level, log: entry }: LogEntry): void {
  const { message, groupId, topic, broker, partition } = entry as Record<string, unknown> & {
    readonly message: string;
  };
  const facts = { kafka: { message, groupId, topic, broker, partition } };
  if (/out of range/i.test(message)) log.error(facts, 'kafka lost the place in a topic');
  else if (level === logLevel.ERROR && !passing.test(message)) log.warn(facts, 'kafka client');
  else log.debug(facts, 'kafka client');
}

import { randomUUID } from 'node:crypto';
import { serviceNames, topicOf } from '@tocsin/contracts';
import { createKafkaBus, createTail } from '@tocsin/messaging';
import type { Logger, Part } from '@tocsin/runtime';
import type { Config } from './config.ts';
import type { TailListener } from './subscriptions/hub.ts';

/** Makes the parts that tell `listener` of every event from now on. */
export type EventSource = (listener: TailListener) => readonly Part[];

/** The tail of all topics, in a consumer group of this process alone: every gateway hears everything. */
export const kafkaEvents =
  (config: Config, log: Logger): EventSource =>
  (listener) => {
    const bus = createKafkaBus({ brokers: config.KAFKA_BROKERS, clientId: 'tocsin-gateway', log });
    const tail = createTail({
      bus,
      groupId: `tocsin.gateway.${randomUUID()}`,
      topics: serviceNames.map(topicOf),
      eventKeys: config.TOCSIN_EVENT_JWKS,
      onEvent: (event) => listener.onEvent(event),
      onGap: (reason) => listener.onGap(reason),
      // Without a tail there are no subscriptions any more: end, so that the platform starts a sound process.
      onFatal: (error) => {
        setImmediate(() => {
          throw error;
        });
      },
      log,
    });
    return [bus, tail];
  };

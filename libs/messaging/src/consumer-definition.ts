import { servicePrincipal, type Principal } from '@tocsin/access';
import { events, topicOf, type AnyEvent, type EventMeta, type Handlers, type ServiceName } from '@tocsin/contracts';
import { inbox, type Database, type Transaction } from '@tocsin/database';
import type { Logger } from '@tocsin/runtime';
import type { EventBus, IncomingRecord } from './bus.ts';
import { readData, readEnvelope, type Envelope } from './envelope.ts';
import { createSignatureCheck, type EventKeys, type SignatureCheck } from './signature.ts';
import { inEventSpan } from './tracing.ts';

/** Who hears what, and how it reacts. */
export interface ConsumerDefinition<S extends ServiceName = ServiceName> {
  readonly db: Database;
  readonly bus: EventBus;
  readonly service: S;
  readonly handlers: Handlers<S, Transaction>;
  readonly eventKeys: EventKeys;
  readonly log: Logger;
}

type Handler = (data: unknown, tx: Transaction, meta: EventMeta) => Promise<unknown>;

/** What the parts of a consumer share. */
export interface ConsumerCore {
  readonly db: Database;
  readonly bus: EventBus;
  readonly log: Logger;
  /** The name under which inbox, progress and park are kept. */
  readonly consumer: string;
  readonly by: Principal;
  readonly isSigned: SignatureCheck;
  readonly handlerOf: (event: AnyEvent | undefined) => Handler | undefined;
}

export function consumerCore<S extends ServiceName>(definition: ConsumerDefinition<S>): ConsumerCore {
  const { db, bus, log, service, eventKeys } = definition;
  const handlers = definition.handlers as unknown as Readonly<Record<string, Handler>>;
  return {
    db,
    bus,
    log,
    consumer: service,
    by: servicePrincipal(service),
    isSigned: createSignatureCheck(eventKeys),
    handlerOf: (event) => (event === undefined ? undefined : handlers[event.name]),
  };
}

/** The topics of the producers that a service hears. */
export const topicsHeardBy = (service: ServiceName): readonly string[] => [
  ...new Set(events.filter((event) => hears(event, service)).map((event) => topicOf(event.producer))),
];

const hears = (event: { readonly consumers: readonly ServiceName[] }, service: ServiceName): boolean =>
  event.consumers.includes(service);

/** A record that was read and proven, ready to be applied. */
export interface ReadRecord {
  readonly record: IncomingRecord;
  readonly envelope: Envelope;
  /** Undefined if the service has no handler: then only the sequence moves on. */
  readonly apply: ((tx: Transaction) => Promise<unknown>) | undefined;
  /** The event's name; audit and logs say it. */
  readonly name: string;
}

/**
 * Proves a record and pairs it with its handler.
 *
 * @throws UnreadableRecord
 */
export function readRecord(core: Pick<ConsumerCore, 'isSigned' | 'handlerOf'>, record: IncomingRecord): ReadRecord {
  const envelope = readEnvelope(record, core.isSigned);
  const { event, id, type, occurredAt, traceparent } = envelope;
  const handler = core.handlerOf(event);
  const name = type.split('.')[2] ?? type;
  if (handler === undefined || event === undefined) return { record, envelope, apply: undefined, name };
  const data = readData(record, envelope, event);
  const apply = (tx: Transaction): Promise<unknown> =>
    inEventSpan({ type, id, traceparent }, () => handler(data, tx, { id, type, occurredAt }));
  return { record, envelope, apply, name };
}

/** The key under which the inbox knows the record. */
export const inboxMessage = ({ record, envelope }: ReadRecord): inbox.InboxMessage => ({
  messageId: envelope.id,
  topic: record.topic,
  partition: record.partition,
  offset: record.offset,
});

import { z } from 'zod';
import { findEvent, serviceNames, topicOf, type AnyEvent, type ServiceName } from '@tocsin/contracts';
import type { OutboxRow } from '@tocsin/database';
import type { IncomingRecord, OutgoingRecord } from './bus.ts';
import type { SignatureCheck } from './signature.ts';

/** The record of an event: CloudEvents 1.0, Kafka binary mode (`eventing.md` section 5). */
export function toRecord(row: Omit<OutboxRow, 'id'>): OutgoingRecord {
  const { traceparent } = row.headers;
  const [, producer = '', name = '', version = ''] = row.type.split('.');
  return {
    topic: row.topic,
    key: row.aggregateId,
    value: row.data,
    headers: {
      ...row.headers,
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: row.eventId,
      ce_time: row.occurredAt.toISOString(),
      ce_source: `/tocsin/${producer}`,
      ce_subject: row.aggregateId,
      ce_type: row.type,
      ce_dataschema: `urn:tocsin:event:${name}:${version}`,
      // 19 digits, so that it sorts as text.
      ce_sequence: row.sequence.toString().padStart(19, '0'),
      ce_partitionkey: row.aggregateId,
      ce_aggregatetype: row.aggregateType,
      ...(row.tenantId !== null && { ce_tenantid: row.tenantId }),
      ...(traceparent !== undefined && { ce_traceparent: traceparent }),
    },
  };
}

/** What the signed headers of a record say. */
export interface Envelope {
  /** CloudEvents id: what makes a repeat a repeat. */
  readonly id: string;
  readonly type: string;
  readonly occurredAt: Date;
  readonly aggregate: { readonly type: string; readonly id: string };
  readonly sequence: bigint;
  readonly traceparent: string | undefined;
  /** The contract; undefined for an event that this build does not know. */
  readonly event: AnyEvent | undefined;
}

/** The record cannot be read as an event. `isTrusted`: it is the owner's, so its key has lost an event. */
export class UnreadableRecord extends Error {
  override readonly name = 'UnreadableRecord';
  readonly isTrusted: boolean;

  constructor(reason: string, isTrusted: boolean, cause?: unknown) {
    super(reason, { cause });
    this.isTrusted = isTrusted;
  }
}

const Headers = z.looseObject({
  ce_specversion: z.literal('1.0'),
  ce_id: z.uuid(),
  ce_source: z.string(),
  ce_type: z.string().regex(/^tocsin\.[a-z]+\.[A-Za-z]+\.v\d+$/),
  ce_subject: z.uuid(),
  ce_time: z.iso.datetime(),
  ce_sequence: z.string().regex(/^\d{19}$/),
  ce_aggregatetype: z.string().min(1),
  'content-type': z.string().regex(/^application\/json\b/i),
  'tocsin-sig': z.string(),
  traceparent: z.string().optional(),
});

/**
 * Reads and proves the envelope: complete, signed by the topic's owner, under its own key.
 *
 * @throws UnreadableRecord
 */
export function readEnvelope(record: IncomingRecord, isSigned: SignatureCheck): Envelope {
  const owner = ownerOf(record.topic);
  const parsed = Headers.safeParse(record.headers);
  if (owner === undefined || !parsed.success) throw new UnreadableRecord('HEADERS_INVALID', false, parsed.error);
  const { ce_id: id, ce_source: source, ce_type: type, ce_subject: subject, ce_time: time, ...rest } = parsed.data;
  if (!isSigned(owner, { id, source, type, subject, time }, record.value, rest['tocsin-sig']))
    throw new UnreadableRecord('SIGNATURE_INVALID', false);
  if (source !== `/tocsin/${owner}` || !type.startsWith(`tocsin.${owner}.`) || record.key !== subject)
    throw new UnreadableRecord('ENVELOPE_CONTRADICTS_ITSELF', false);
  const event = findEvent(type);
  return {
    id,
    type,
    occurredAt: new Date(time),
    aggregate: { type: event?.aggregate ?? rest.ce_aggregatetype, id: subject },
    sequence: BigInt(rest.ce_sequence),
    traceparent: rest.traceparent,
    event,
  };
}

/**
 * The data of a known event, checked against its contract; unknown fields are left out.
 *
 * @throws UnreadableRecord
 */
export function readData(record: IncomingRecord, envelope: Envelope, event: AnyEvent): unknown {
  let json: unknown;
  try {
    json = JSON.parse(record.value.toString('utf8'));
  } catch (cause) {
    throw new UnreadableRecord('NOT_JSON', true, cause);
  }
  const parsed = event.data.safeParse(json);
  if (!parsed.success) throw new UnreadableRecord('DATA_INVALID', true, parsed.error);
  const keyOf = event.keyOf as (data: unknown) => string;
  if (keyOf(parsed.data) !== envelope.aggregate.id) throw new UnreadableRecord('KEY_CONTRADICTS_DATA', true);
  return parsed.data;
}

const ownerOf = (topic: string): ServiceName | undefined => serviceNames.find((service) => topicOf(service) === topic);

import { isSpanContextValid, trace } from '@opentelemetry/api';
import { v7 as uuidv7 } from 'uuid';
import { eventType, topicOf, type EventContract, type Occurrence } from '@tocsin/contracts';
import type { Database } from './database.ts';
import { signEvent } from './event-signature.ts';
import type { Transaction } from './transaction.ts';

/** Largest event, bytes of JSON. */
const largestData = 65_536;

interface Announcement {
  readonly id: string;
  readonly topic: string;
  readonly type: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly tenantId: string | null;
  readonly data: string;
}

/**
 * Puts the events in the outbox, numbered per aggregate and signed.
 *
 * @throws Error if an event breaks its contract, is another service's or too large, or if the service has no key.
 */
export async function announce(db: Database, tx: Transaction, occurrences: readonly Occurrence[]): Promise<void> {
  if (occurrences.length === 0) return;
  const announcements = occurrences.map((occurrence) => toAnnouncement(db, occurrence));
  const sequences = await nextSequences(tx, announcements);
  const rows = [];
  for (const [index, announcement] of announcements.entries()) {
    const headers = { ...traceHeaders(), 'tocsin-sig': await sign(db, tx.now, announcement) };
    rows.push({ ...announcement, headers, nth: index, sequence: sequences[index], shard: shardOf(announcement) });
  }
  await tx.manager.query(
    `insert into outbox (event_id, topic, type, aggregate_type, aggregate_id, aggregate_seq, shard, tenant_id, headers,
       data, occurred_at)
     select id, topic, type, "aggregateType", "aggregateId", sequence, shard, "tenantId", headers, data, $2
     from jsonb_to_recordset($1::jsonb) as e (id uuid, topic text, type text, "aggregateType" text, "aggregateId" uuid,
       sequence bigint, shard smallint, "tenantId" uuid, headers jsonb, data text, nth int)
     order by nth`,
    [JSON.stringify(rows), tx.now],
  );
}

function toAnnouncement(db: Database, { event, data }: Occurrence): Announcement {
  const contract: EventContract = event;
  if (contract.producer !== db.service) throw new Error(`${contract.name} is not an event of ${db.service}.`);
  // The parsed output: a field that the contract does not name cannot leave.
  const parsed = contract.data.parse(data);
  const text = JSON.stringify(parsed);
  if (Buffer.byteLength(text) > largestData) throw new Error(`${contract.name} is larger than ${largestData} bytes.`);
  return {
    id: uuidv7(),
    topic: topicOf(db.service),
    type: eventType(contract),
    aggregateType: contract.aggregate,
    // As PostgreSQL will print it: this text is signed.
    aggregateId: contract.keyOf(parsed).toLowerCase(),
    tenantId: tenantOf(parsed),
    data: text,
  };
}

function tenantOf(data: unknown): string | null {
  const { tenantId } = data as { tenantId?: unknown };
  return typeof tenantId === 'string' ? tenantId : null;
}

/** Draws the next numbers of every aggregate concerned, which also locks it until the commit (E-3). */
async function nextSequences(tx: Transaction, announcements: readonly Announcement[]): Promise<readonly string[]> {
  const rows = await tx.manager.query<{ type: string; id: string; seq: string }[]>(
    `insert into aggregate as a (type, id, seq)
     select "aggregateType", "aggregateId", count(*)
     from jsonb_to_recordset($1::jsonb) as e ("aggregateType" text, "aggregateId" uuid)
     group by 1, 2 order by 1, 2
     on conflict (type, id) do update set seq = a.seq + excluded.seq
     returning type, id, seq`,
    [JSON.stringify(announcements.map(({ aggregateType, aggregateId }) => ({ aggregateType, aggregateId })))],
  );
  const last = new Map(rows.map((row) => [`${row.type}/${row.id}`, BigInt(row.seq)]));
  const reversed = announcements.toReversed().map(({ aggregateType, aggregateId }) => {
    const key = `${aggregateType}/${aggregateId}`;
    const sequence = last.get(key) ?? 0n;
    last.set(key, sequence - 1n);
    return sequence.toString();
  });
  return reversed.toReversed();
}

function sign(db: Database, now: Date, { id, type, aggregateId, data }: Announcement): Promise<string> {
  if (db.signingKey === undefined) throw new Error(`${db.service} announces ${type} but has no signing key.`);
  const facts = { id, source: `/tocsin/${db.service}`, type, subject: aggregateId, time: now.toISOString() };
  return signEvent(facts, data, db.signingKey);
}

/** The low 2 bits of the aggregate's id. */
const shardOf = ({ aggregateId }: Announcement): number => Number.parseInt(aggregateId.slice(-1), 16) & 3;

/** The trace in which the event was decided (`eventing.md` section 5), if there is one. */
function traceHeaders(): { traceparent?: string } {
  const span = trace.getActiveSpan()?.spanContext();
  if (span === undefined || !isSpanContextValid(span)) return {};
  const flags = span.traceFlags.toString(16).padStart(2, '0');
  return { traceparent: `00-${span.traceId}-${span.spanId}-${flags}` };
}

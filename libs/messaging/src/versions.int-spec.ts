import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { events, type CinState, type Handlers } from '@tocsin/contracts';
import { signedBytes, type Transaction } from '@tocsin/database';
import { createConsumer } from './index.ts';
import { toRecord } from './envelope.ts';
import { createBench, eventually, specLog, type Bench } from './testing/bench.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const eventKeys = { notification: { keys: [{ ...publicKey.export({ format: 'jwk' }), kty: 'OKP', kid: 'n.1' }] } };

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.close());

/** A record of the notification service as a build of that version wrote it. */
function aCinChanged(incidentId: string, version: number, sequence: bigint, to: CinState) {
  const occurredAt = new Date('2026-11-20T10:00:00.000Z');
  const type = `tocsin.notification.CinChanged.v${version}`;
  const data = JSON.stringify({ incidentId, at: occurredAt.toISOString(), from: 'PREPARING', to });
  const eventId = randomUUID();
  const source = '/tocsin/notification';
  const facts = { id: eventId, source, type, subject: incidentId, time: occurredAt.toISOString() };
  const signature = sign(null, signedBytes(facts, data), privateKey).toString('base64url');
  return toRecord({
    ...{ eventId, type, data, sequence, occurredAt, topic: 'tocsin.notification', tenantId: null },
    ...{ aggregateType: 'cin', aggregateId: incidentId, headers: { 'tocsin-sig': `n.1.${signature}` } },
  });
}

/** Of every event that incident hears; it remembers what it was told. */
function remembering(heard: unknown[]): Handlers<'incident', Transaction> {
  const handle = ({ to }: { to?: string }, _: Transaction, { type }: { type: string }): Promise<void> => {
    heard.push([type, to]);
    return Promise.resolve();
  };
  return Object.fromEntries(events.map(({ name }) => [name, handle])) as unknown as Handlers<'incident', Transaction>;
}

it('H-6 a log that holds v1 and v2 is consumed by a reader of v3, and what is newer only counts', async () => {
  const [incidentId, heard] = [randomUUID(), [] as unknown[]];
  const handlers = remembering(heard);
  const definition = { db: bench.consumer, bus: bench.bus, service: 'incident' as const, handlers, eventKeys };
  await bench.run(createConsumer({ ...definition, log: specLog }));
  await bench.bus.send([
    aCinChanged(incidentId, 1, 1n, 'PREPARING'),
    aCinChanged(incidentId, 2, 2n, 'STOOD_DOWN'),
    aCinChanged(incidentId, 4, 3n, 'PREPARING'),
    aCinChanged(incidentId, 1, 4n, 'DECLARED'),
    aCinChanged(incidentId, 3, 5n, 'HELD'),
  ]);
  await eventually(() => {
    expect(heard).toEqual([
      ['tocsin.notification.CinChanged.v1', 'PREPARING'],
      ['tocsin.notification.CinChanged.v2', 'STOOD_DOWN'],
      ['tocsin.notification.CinChanged.v1', 'DECLARED'],
      ['tocsin.notification.CinChanged.v3', 'HELD'],
    ]);
    return Promise.resolve();
  });
  expect(await bench.admin.source.query('select error from classification.parked')).toEqual([]);
});

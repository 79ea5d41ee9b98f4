import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { signedBytes } from '@tocsin/database';
import type { IncomingRecord } from './bus.ts';
import { readData, readEnvelope, toRecord } from './envelope.ts';
import { createSignatureCheck } from './signature.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const jwk = { ...publicKey.export({ format: 'jwk' }), kty: 'OKP', kid: 'incident.2026' };
const isSigned = createSignatureCheck({ incident: { keys: [jwk] } });

function aRecord(changes: Partial<IncomingRecord> = {}, data: object = {}): IncomingRecord {
  const incidentId = randomUUID();
  const occurredAt = new Date('2026-11-25T10:00:00.123Z');
  const facts = { incidentId, at: occurredAt.toISOString(), from: 'DETECT', to: 'ASSESS', n: 1, cycle: 1 };
  const value = JSON.stringify({ ...facts, ...data });
  const signed = {
    id: randomUUID(),
    source: '/tocsin/incident',
    type: 'tocsin.incident.StageChanged.v1',
    subject: incidentId,
    time: occurredAt.toISOString(),
  };
  const signature = sign(null, signedBytes(signed, value), privateKey).toString('base64url');
  const { topic, key, headers } = toRecord({
    eventId: signed.id,
    topic: 'tocsin.incident',
    type: signed.type,
    aggregateType: 'incident',
    aggregateId: incidentId,
    sequence: 7n,
    tenantId: null,
    headers: { 'tocsin-sig': `incident.2026.${signature}`, traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` },
    data: value,
    occurredAt,
  });
  return { topic, partition: 0, offset: '5', key, value: Buffer.from(value), headers, ...changes };
}

const withHeader = (name: string, value: string): IncomingRecord => {
  const record = aRecord();
  return { ...record, headers: { ...record.headers, [name]: value } };
};

describe('the envelope', () => {
  it('is read back as it was written', () => {
    const record = aRecord();
    const envelope = readEnvelope(record, isSigned);
    expect(envelope).toMatchObject({ aggregate: { type: 'incident', id: record.key }, sequence: 7n });
    expect(envelope.occurredAt.toISOString()).toBe('2026-11-25T10:00:00.123Z');
    expect(record.headers).toMatchObject({
      ce_sequence: '0000000000000000007',
      ce_dataschema: 'urn:tocsin:event:StageChanged:v1',
      ce_traceparent: record.headers['traceparent'],
    });
  });

  it.each([
    [
      'value',
      (record: IncomingRecord) => ({ ...record, value: Buffer.from(record.value.toString().replace('1', '2')) }),
    ],
    ['ce_id', () => withHeader('ce_id', randomUUID())],
    ['ce_type', () => withHeader('ce_type', 'tocsin.incident.IncidentClosed.v1')],
    ['ce_time', () => withHeader('ce_time', '2026-11-25T10:00:00.124Z')],
    ['ce_source', () => withHeader('ce_source', '/tocsin/classification')],
    ['key id', () => withHeader('tocsin-sig', `incident.2027.${'A'.repeat(86)}`)],
    ['topic', () => aRecord({ topic: 'tocsin.classification' })],
  ])('S-50 nobody vouches for a record whose %s was changed', (_, forge) => {
    expect(() => readEnvelope(forge(aRecord()), isSigned)).toThrow(
      expect.objectContaining({ message: 'SIGNATURE_INVALID', isTrusted: false }),
    );
  });

  it('refuses a signed record under a foreign key', () => {
    expect(() => readEnvelope(aRecord({ key: randomUUID() }), isSigned)).toThrow('ENVELOPE_CONTRADICTS_ITSELF');
  });

  it('refuses a record without its headers', () => {
    expect(() => readEnvelope(aRecord({ headers: {} }), isSigned)).toThrow('HEADERS_INVALID');
  });

  it('H-6 the data are checked against the contract; unknown fields are left out', () => {
    const good = aRecord({}, { added: 'later' });
    const envelope = readEnvelope(good, isSigned);
    if (envelope.event === undefined) throw new Error('a known event expected');
    expect(readData(good, envelope, envelope.event)).not.toHaveProperty('added');
    const bad = aRecord({}, { n: 0 });
    expect(() => readData(bad, readEnvelope(bad, isSigned), envelope.event as never)).toThrow(
      expect.objectContaining({ message: 'DATA_INVALID', isTrusted: true }),
    );
  });
});

import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contextHeader, signContext, type Principal } from '@tocsin/access';
import { createLogger, createMetrics, type HttpServer } from '@tocsin/runtime';
import { createSubgraph } from '@tocsin/subgraph';
import { aPrincipal, testKeys } from '@tocsin/testkit';
import type { SignedTicket } from '../file-tickets.ts';
import { manager, responder } from '../testing/bench.ts';
import { outside } from '../testing/outside.ts';
import { limitBytes, sha256Of, startFilesRig, type FilesRig } from '../testing/files-rig.ts';
import { places, type TestPlace } from '../testing/storage-places.ts';
import { createLoaders } from './context.ts';
import { createResolvers } from './resolvers.ts';

const image = randomBytes(10_000);

let rig: FilesRig;
let subgraph: HttpServer;

async function begin(place: TestPlace): Promise<void> {
  rig = await startFilesRig(limitBytes, place);
  const { context } = await testKeys();
  subgraph = createSubgraph({
    service: 'incident',
    db: rig.bench.database.db,
    log: createLogger('incident', 'silent'),
    metrics: createMetrics('incident'),
    http: { host: '127.0.0.1', port: 0 },
    schemaDirectory: new URL('../../schema/', import.meta.url),
    resolvers: createResolvers({ ...(await outside()), sign: rig.sign, storage: rig.storage }),
    loaders: createLoaders,
    contextJwks: context.publicJwks,
    parts: () => [],
  });
  await subgraph.start();
}

async function end(): Promise<void> {
  await subgraph.stop();
  await rig.stop();
}

async function ask<T>(by: Principal, query: string, variables: object = {}): Promise<T> {
  const body = JSON.stringify({ query, variables });
  const { context } = await testKeys();
  const signed = await signContext(by, { audience: 'incident', body }, context.signingKey);
  const headers = { 'content-type': 'application/json', [contextHeader]: signed };
  const url = `http://127.0.0.1:${String(subgraph.port())}/graphql`;
  const response = await fetch(url, { method: 'POST', headers, body });
  const { data, errors } = (await response.json()) as { data?: T; errors?: { extensions: { code: string } }[] };
  if (errors !== undefined) throw new Error(errors[0]?.extensions.code);
  return data as T;
}

async function run<T>(by: Principal, name: string, input: object, selection: string): Promise<T> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`;
  const query = `mutation($input: ${type}) { ${name}(input: $input) { ${selection} } }`;
  return (await ask<Record<string, T>>(by, query, { input: { idempotencyKey: randomUUID(), ...input } }))[name]!;
}

const ticket = 'url ticket expiresAt';

describe.each(places)('in %s', (_, create) => {
  beforeAll(async () => begin(await create()));
  afterAll(end);

  it('R-62 evidence is recorded, brought, looked at, and leaves by an approved transfer', async () => {
    const { id: incidentId, version: expectedVersion } = await rig.bench.anIncident();
    const facts = { text: 'image', environment: 'PRODUCTION', tlp: 'RED', collectedAt: '2026-11-20T10:00:00Z' };
    const added = { incidentId, expectedVersion, sha256: sha256Of(image), ...facts };
    const { evidenceId } = await run<{ evidenceId: string }>(responder, 'addEvidence', added, 'evidenceId');
    await rig.put(await run<SignedTicket>(responder, 'uploadEvidence', { evidenceId }, ticket), image);
    const opening = { idempotencyKey: randomUUID(), evidenceId, reason: 'to look' };
    const opened = await run<SignedTicket>(manager, 'openEvidence', opening, ticket);
    // Repeated, it is the same ticket, and the custody has one entry.
    expect(await run(manager, 'openEvidence', opening, ticket)).toEqual(opened);
    expect((await rig.get(opened)).body.equals(image)).toBe(true);
    const order = {
      incidentId,
      evidenceIds: [evidenceId],
      ticketId: 'T-1',
      destination: 'the lab',
      purpose: 'analysis',
    };
    const { transferId } = await run<{ transferId: string }>(responder, 'requestTransfer', order, 'transferId');
    await run(manager, 'approveTransfer', { transferId, expectedVersion: 1, approvalText: 'Yes.' }, '__typename');
    const executing = { transferId, expectedVersion: 2 };
    const executed = await run<{ tickets: SignedTicket[] }>(
      responder,
      'executeTransfer',
      executing,
      `tickets { evidenceId ${ticket} }`,
    );
    expect((await rig.get(executed.tickets[0]!)).body.equals(image)).toBe(true);
    const query = `query($id: ID!) { incident(id: $id) { members { principalId environments }
      evidence { id text tlp file { bytes storedAt storedBy } custody { n act actorId at reason } }
      transfers { id version ticketId items { evidenceId sha256 } destination purpose state requestedBy approvedBy
        approvedAt approvalText executedBy expiresAt } } }`;
    const { incident } = await ask<{ incident: Record<string, object[]> }>(manager, query, { id: incidentId });
    expect(incident['members']).toContainEqual({ principalId: manager.id, environments: ['PRODUCTION'] });
    expect(incident['evidence']).toMatchObject([
      {
        ...{ text: 'image', tlp: 'RED', file: { bytes: image.length, storedBy: responder.id } },
        custody: [
          { n: 1, act: 'COLLECTED' },
          { n: 2, act: 'ACCESSED' },
          { n: 3, act: 'TRANSFERRED' },
        ],
      },
    ]);
    expect(incident['transfers']).toMatchObject([
      { id: transferId, version: 3, items: [{ evidenceId, sha256: sha256Of(image) }], state: 'EXECUTED' },
    ]);
  });

  it('R-61 what is destroyed is gone from its place; a rejected transfer stays rejected', async () => {
    const { id: incidentId } = await rig.bench.anIncident();
    const evidenceId = await rig.evidenceOf(incidentId, sha256Of(image));
    await rig.put(await run<SignedTicket>(responder, 'uploadEvidence', { evidenceId }, ticket), image);
    expect(await rig.files()).toContain(evidenceId);
    const order = {
      incidentId,
      evidenceIds: [evidenceId],
      ticketId: 'T-1',
      destination: 'the lab',
      purpose: 'analysis',
    };
    const { transferId } = await run<{ transferId: string }>(responder, 'requestTransfer', order, 'transferId');
    const rejection = { transferId, expectedVersion: 1, reason: 'too much' };
    const state = 'incident { transfers { state } }';
    const rejected = { incident: { transfers: [{ state: 'REJECTED' }] } };
    expect(await run(manager, 'rejectTransfer', rejection, state)).toEqual(rejected);
    const destruction = { evidenceId, act: 'DESTROYED', reason: 'by order' };
    const gone = { incident: { evidence: [{ file: null, custody: [{ act: 'COLLECTED' }, { act: 'DESTROYED' }] }] } };
    const selection = 'incident { evidence { file { bytes } custody { act } } }';
    // However the id is spelt: its bytes have one name.
    const spelt = { ...destruction, evidenceId: evidenceId.toUpperCase() };
    expect(await run(manager, 'recordCustody', spelt, selection)).toEqual(gone);
    expect(await rig.files()).not.toContain(evidenceId);
    // As if the storage had been away at that moment: whoever records it again removes them.
    await rig.place.overwrite(`${evidenceId.slice(0, 2)}/${evidenceId}`, image);
    await expect(run(manager, 'recordCustody', spelt, selection)).rejects.toThrow('EVIDENCE_DESTROYED');
    expect(await rig.files()).not.toContain(evidenceId);
    await rig.place.overwrite(`${evidenceId.slice(0, 2)}/${evidenceId}`, image);
    const refused = run(aPrincipal('RESPONDER', { id: 'user:rod' }), 'recordCustody', destruction, selection);
    await expect(refused).rejects.toThrow('NOT_FOUND');
    expect(await rig.files()).toContain(evidenceId);
  });
});

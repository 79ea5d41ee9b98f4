import { randomBytes, randomUUID } from 'node:crypto';
import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { signTicket, type Principal } from '@tocsin/access';
import { aPrincipal, eventually, makeKey, testKeys } from '@tocsin/testkit';
import { pageAuditTrail } from './audit-reads.ts';
import { offerUpload, openEvidence, recordCustody } from './evidence-custody.ts';
import { listEvidence, type VisibleEvidence } from './evidence-reads.ts';
import type { SignedTicket } from './file-tickets.ts';
import { assignMember } from './incidents.ts';
import { legal, manager, responder } from './testing/bench.ts';
import { limitBytes, sha256Of, startFilesRig, type FilesRig } from './testing/files-rig.ts';
import { folderPlace, type FolderPlace } from './testing/storage-places.ts';

const image = randomBytes(300_000);
const reason = 'I look for the key.';

let place: FolderPlace;
let rig: FilesRig;
let incidentId: string;
let evidenceId: string;
beforeAll(async () => {
  place = await folderPlace();
  rig = await startFilesRig(limitBytes, place);
});
afterAll(() => rig.stop());
beforeEach(async () => {
  ({ id: incidentId } = await rig.bench.anIncident());
  evidenceId = await rig.evidenceOf(incidentId, sha256Of(image));
});

const toUpload = (by = responder, id = evidenceId): Promise<SignedTicket> =>
  rig.ticket(by, (tx) => offerUpload(tx, { evidenceId: id }));
const toOpen = (by = responder, id = evidenceId): Promise<SignedTicket> =>
  rig.ticket(by, (tx) => openEvidence(tx, { evidenceId: id, reason }));
const visible = async (by = responder): Promise<VisibleEvidence | undefined> => {
  const [found] = await rig.bench.look(by, (tx) => listEvidence(tx, [incidentId]));
  return found?.value.find(({ id }) => id === evidenceId);
};
const acts = async (): Promise<string[] | undefined> => (await visible())?.custody.map(({ act }) => act);
const stored = (): string => join(place.folder, evidenceId.slice(0, 2), evidenceId);

async function joinLegal(person: Principal, environments: readonly 'PRODUCTION'[]): Promise<void> {
  const { version: expectedVersion } = await rig.bench.seen(incidentId);
  const order = { incidentId, expectedVersion, reason, evidenceIds: [], until: null, environments };
  await rig.bench.write(manager, (tx) => assignMember(tx, { ...order, role: 'LEGAL', principalId: person.id }));
}

describe('the bytes of evidence', () => {
  it('are brought once and fetched as they were; the chain of custody tells of both', async () => {
    const answer = await rig.put(await toUpload(), image);
    expect([answer.status, JSON.parse(answer.body.toString())]).toEqual([
      201,
      { evidenceId, sha256: sha256Of(image), bytes: image.length },
    ]);
    const back = await rig.get(await toOpen(manager));
    expect([back.status, sha256Of(back.body)]).toEqual([200, sha256Of(image)]);
    expect(back.headers).toMatchObject({ 'content-length': String(image.length), 'cache-control': 'no-store' });
    expect(await visible()).toMatchObject({
      file: { bytes: image.length, storedBy: responder.id },
      custody: [
        { version: 1, act: 'COLLECTED', actorId: responder.id },
        { version: 2, act: 'ACCESSED', actorId: manager.id, reason },
      ],
    });
  });

  it('are not there before they are brought; the same bytes may be brought again', async () => {
    await expect(toOpen()).rejects.toMatchObject({ code: 'EVIDENCE_NOT_STORED' });
    expect((await rig.put(await toUpload(), image, image.length)).status).toBe(201);
    expect((await rig.put(await toUpload(manager), image, image.length)).status).toBe(201);
    expect(await visible()).toMatchObject({ file: { storedBy: responder.id } });
  });

  it('are refused, and not kept, if they have another digest', async () => {
    const answer = await rig.put(await toUpload(), Buffer.from('something else'));
    expect([answer.status, answer.code]).toEqual([422, 'DIGEST_MISMATCH']);
    expect(await rig.files()).not.toContain(evidenceId);
    await rig.put(await toUpload(), image);
    expect((await rig.put(await toUpload(), Buffer.from('something else'))).code).toBe('DIGEST_MISMATCH');
    expect(sha256Of(await readFile(stored()))).toBe(sha256Of(image));
  });

  it('are refused before they are read if they are too large, and while they are read', async () => {
    const declared = await rig.put(await toUpload(), image, limitBytes + 1);
    expect([declared.status, declared.code]).toEqual([413, 'EVIDENCE_TOO_LARGE']);
    const before = await rig.files();
    const chunked = await rig.put(await toUpload(), randomBytes(limitBytes + 1));
    expect([chunked.status, chunked.code]).toEqual([413, 'EVIDENCE_TOO_LARGE']);
    expect(await rig.files()).toEqual(before);
  });

  it('leave no rest if the connection breaks half-way, and can be brought again', async () => {
    const before = await rig.files();
    const { url, ticket } = await toUpload();
    const headers = { authorization: `Bearer ${ticket}`, 'content-length': image.length };
    const call = request(url, { method: 'PUT', headers, agent: false });
    call.on('error', () => undefined);
    call.write(image.subarray(0, 100_000));
    await eventually(async () => expect(await rig.files()).toHaveLength(before.length + 1));
    call.destroy();
    await eventually(async () => expect(await rig.files()).toEqual(before));
    expect((await visible())?.file).toBeNull();
    const sql = `select outcome from file_ticket where path = $1 and used_at is not null`;
    await eventually(async () =>
      expect(await rig.bench.database.admin(sql, [`/v1/evidence/${evidenceId}`])).toEqual([{ outcome: 'BROKEN' }]),
    );
    expect((await rig.put(await toUpload(), image)).status).toBe(201);
  });

  it.each([
    ['changed', () => writeFile(stored(), randomBytes(image.length))],
    ['longer', () => appendFile(stored(), 'x')],
    ['shorter', () => truncate(stored(), 10)],
  ])('are not passed on whole if they have %s on the disk', async (_, rot) => {
    await rig.put(await toUpload(), image);
    await rot();
    const answer = await rig.get(await toOpen()).catch((error: unknown) => error);
    const isWhole = !(answer instanceof Error) && (answer as { status: number }).status === 200;
    expect(isWhole).toBe(false);
  });
});

describe('a ticket of the files port', () => {
  it('is good for one request', async () => {
    const upload = await toUpload();
    await rig.put(upload, image);
    const answer = await rig.put(upload, image);
    expect([answer.status, answer.code]).toEqual([401, 'TICKET_USED']);
    const open = await toOpen();
    const answers = await Promise.all([rig.get(open), rig.get(open), rig.get(open)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
  });

  it('is good for its own method and path only', async () => {
    await rig.put(await toUpload(), image);
    const other = await rig.evidenceOf(incidentId, sha256Of(image));
    const open = await toOpen();
    expect((await rig.put(open, image)).code).toBe('TICKET_INVALID');
    expect((await rig.get({ ...open, url: open.url.replace(evidenceId, other) })).code).toBe('TICKET_INVALID');
    expect((await rig.get({ ...open, url: open.url.replace('evidence', 'nothing') })).code).toBe('NOT_FOUND');
    expect((await rig.get({ ...open, ticket: '' })).code).toBe('TICKET_INVALID');
    expect((await rig.get(open)).status).toBe(200);
  });

  it('R-61 R-76 used again or for something else it is refused, and the incident’s audit trail says so', async () => {
    await rig.put(await toUpload(), image);
    const open = await toOpen();
    await rig.get({ ...open, url: open.url.replace(evidenceId, randomUUID()) });
    await rig.get(open);
    expect((await rig.get(open)).code).toBe('TICKET_USED');
    const trail = await rig.bench.look(manager, (tx) => pageAuditTrail(tx, { incidentId, first: 100, after: null }));
    const refused = trail.edges.flatMap(({ node }) => (node.subject.startsWith('fileTicket:') ? [node.body] : []));
    expect(refused).toEqual(['{"refused":"TICKET_INVALID"}', '{"refused":"TICKET_USED"}']);
    const elsewhere = await rig.bench.anIncident();
    const order = { incidentId: elsewhere.id, first: 100, after: null };
    const other = await rig.bench.look(manager, (tx) => pageAuditTrail(tx, order));
    expect(JSON.stringify(other)).not.toContain('fileTicket:');
  });

  it('is refused once it has expired, or if another key signed it', async () => {
    await rig.put(await toUpload(), image);
    const offered = await rig.bench.write(responder, (tx) => openEvidence(tx, { evidenceId, reason }));
    const { event } = await testKeys();
    const { signingKey: foreign } = await makeKey(event.incident.signingKey.kid);
    const { url } = await toOpen();
    const tell = async (expiresAt: Date, key = event.incident.signingKey) => {
      const facts = { id: offered.id, principal: responder, method: 'GET', path: offered.path, expiresAt } as const;
      return (await rig.get({ url, expiresAt, ticket: await signTicket(facts, 'incident', key) })).code;
    };
    expect(await tell(new Date('2026-01-01T00:00:00Z'))).toBe('TICKET_INVALID');
    expect(await rig.refusals(`fileTicket:${offered.id}`)).toEqual(['TICKET_INVALID']);
    expect(await tell(new Date(offered.expiresAt), foreign)).toBe('TICKET_INVALID');
    expect(await tell(new Date(offered.expiresAt))).toBeUndefined();
  });

  it('R-61 of somebody whose grant has gone since opens nothing, and that is audited', async () => {
    await rig.put(await toUpload(), image);
    await joinLegal(legal, ['PRODUCTION']);
    const open = await toOpen(legal);
    await joinLegal(legal, []);
    const answer = await rig.get(open);
    expect([answer.status, answer.code]).toEqual([403, 'ENVIRONMENT_NOT_GRANTED']);
    expect(await rig.refusals(`evidence:${evidenceId}`)).toEqual(['ENVIRONMENT_NOT_GRANTED']);
  });
});

describe('who may see and handle evidence', () => {
  it('R-61 opening evidence without its environment is refused and audited; so is everything else', async () => {
    await rig.put(await toUpload(), image);
    await joinLegal(legal, []);
    await expect(toOpen(legal)).rejects.toMatchObject({ code: 'ENVIRONMENT_NOT_GRANTED' });
    await expect(toUpload(legal)).rejects.toMatchObject({ code: 'ENVIRONMENT_NOT_GRANTED' });
    expect(await rig.refusals(`evidence:${evidenceId}`)).toEqual(Array(2).fill('ENVIRONMENT_NOT_GRANTED'));
    expect(await acts()).toEqual(['COLLECTED']);
    const government = await rig.evidenceOf(incidentId, sha256Of(image), 'GOVERNMENT');
    await expect(toOpen(manager, government)).rejects.toMatchObject({ code: 'ENVIRONMENT_NOT_GRANTED' });
    await joinLegal(legal, ['PRODUCTION']);
    expect((await rig.get(await toOpen(legal))).status).toBe(200);
  });

  it('R-61 its text is content too: null without the environment', async () => {
    await joinLegal(legal, []);
    expect((await visible(responder))?.text).toBe('memory image');
    expect((await visible(legal))?.text).toBeNull();
    expect((await visible(aPrincipal('PARTNER')))?.text).toBeNull();
  });

  it('S-3 to others it is not found, like evidence that does not exist', async () => {
    await rig.put(await toUpload(), image);
    const stranger = aPrincipal('RESPONDER', { id: 'user:rod' });
    await expect(toOpen(stranger)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(toOpen(responder, randomUUID())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(toOpen(responder, 'x')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(toOpen(aPrincipal('CUSTOMER_ADMIN'))).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('the chain of custody', () => {
  const record = (act: 'SEALED' | 'DESTROYED', by = responder) =>
    rig.bench.write(by, (tx) => recordCustody(tx, { evidenceId, act, reason }));

  it('takes what people record, each with a reason, also when several do at once', async () => {
    await Promise.all([record('SEALED'), record('SEALED', manager), record('SEALED')]);
    expect((await visible())?.custody.map(({ version }) => version)).toEqual([1, 2, 3, 4]);
    const blank = rig.bench.write(responder, (tx) => recordCustody(tx, { evidenceId, act: 'COPIED', reason: ' ' }));
    await expect(blank).rejects.toMatchObject({ code: 'REASON_REQUIRED' });
  });

  it('ends with the destruction, which only the incident manager records', async () => {
    await rig.put(await toUpload(), image);
    await expect(record('DESTROYED')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const open = await toOpen();
    await record('DESTROYED', manager);
    expect((await rig.get(open)).code).toBe('EVIDENCE_DESTROYED');
    await expect(toUpload()).rejects.toMatchObject({ code: 'EVIDENCE_DESTROYED' });
    await expect(record('SEALED')).rejects.toMatchObject({ code: 'EVIDENCE_DESTROYED' });
    expect(await visible()).toMatchObject({ file: null });
  });

  it.each([
    `update evidence_custody set reason = 'other'`,
    'delete from evidence_custody',
    'truncate evidence_custody',
  ])('cannot be changed, not even by a superuser: `%s`', async (statement) => {
    await expect(rig.bench.database.admin(statement)).rejects.toThrow('append-only');
  });

  it('has each entry in the audit trail', async () => {
    await record('SEALED');
    const sql = 'select action from audit where subject = $1 order by seq';
    expect(await rig.bench.database.admin(sql, [`evidence:${evidenceId}`])).toHaveLength(2);
  });
});

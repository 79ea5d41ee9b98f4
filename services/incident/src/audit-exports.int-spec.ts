import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { describeFinding, openArchive, readText, verifyArchive, type Verification } from '@tocsin/audit';
import { inTransaction, sealAuditHead, type Transaction } from '@tocsin/database';
import { aPrincipal, testKeys } from '@tocsin/testkit';
import * as actions from './actions.ts';
import { archiveOf, orderAuditExport, ownExport } from './audit-exports.ts';
import { grantAnAudit } from './audit-grants.ts';
import type { AuditExport } from './domain/audit-export.ts';
import type { Incident } from './domain/incident.ts';
import * as incidents from './incidents.ts';
import { savePostMortem } from './post-mortems.ts';
import { incidentStore } from './store/incident-store.ts';
import { assess, createBench, legal, manager, responder, type Bench } from './testing/bench.ts';

const auditor = aPrincipal('AUDITOR');
const grounds = { reason: 'the yearly audit', evidenceIds: [] };
const secret = 'The key of Contoso was in the repository.';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-export-'));
});
afterAll(() => rm(folder, { recursive: true }));

let bench: Bench;
let incidentId: string;
beforeEach(async () => {
  bench = await createBench();
  ({ id: incidentId } = await bench.anIncident());
  const { version: expectedVersion } = await bench.seen(incidentId);
  const joining = {
    incidentId,
    expectedVersion,
    ...grounds,
    role: 'LEGAL',
    principalId: legal.id,
    until: null,
  } as const;
  await bench.write(manager, (tx) => incidents.assignMember(tx, joining));
  const draft = { details: secret, responseSufficient: null, proceduresSufficient: null, sopUpdates: [] };
  const saving = { incidentId, expectedVersion: 0, ...draft, noUpdateReason: null };
  await bench.write(legal, (tx) => savePostMortem(tx, saving));
  const until = new Date(Date.now() + 86_400_000);
  await bench.write(legal, (tx) => grantAnAudit(tx, { incidentId, auditorId: auditor.id, until, ...grounds }));
});
afterEach(() => bench.database.drop());

const order = (by = auditor) => bench.write(by, (tx) => orderAuditExport(tx, { incidentId, ...grounds }));
const ordered = async (by = auditor): Promise<AuditExport> => {
  const { exportId } = await order(by);
  return bench.look(by, (tx) => ownExport(tx, exportId));
};
const seal = async (): Promise<unknown> => {
  const { event } = await testKeys();
  return inTransaction(bench.database.db, { by: auditor, action: 'test' }, (tx) =>
    sealAuditHead(tx, 'incident', event.incident.signingKey),
  );
};
/** Writes the archive of an export into a file. */
async function fetchExport(by = auditor): Promise<string> {
  const { event } = await testKeys();
  const path = join(folder, 'export.zip');
  const made = await archiveOf(bench.database.db, by, await ordered(by), event.incident.signingKey);
  await pipeline(made, createWriteStream(path));
  return path;
}
async function verified(path: string): Promise<Verification> {
  const { eventJwks } = await testKeys();
  return verifyArchive({ path, keysOf: () => eventJwks.incident });
}
const problems = async (): Promise<string[]> =>
  (await verified(await fetchExport())).findings.map((finding) => describeFinding(finding).split(':')[0] ?? '');

/** As somebody who may do everything in the database, its triggers included. */
async function forge(...statements: string[]): Promise<void> {
  await bench.database.admin('set session_replication_role = replica');
  for (const statement of statements) await bench.database.admin(statement);
  await bench.database.admin('set session_replication_role = origin');
}
/** The chain in which the incident's own rows are. */
const chainOf = async (): Promise<number> => {
  const sql = `select chain from audit where subject = $1 limit 1`;
  const [row] = await bench.database.admin<{ chain: number }>(sql, [`incident:${incidentId}`]);
  return row?.chain ?? -1;
};
/** Everything done so far to the incident, in a chain of at least four rows, sealed in the midst. */
async function lengthen(): Promise<number> {
  await bench.write(responder, (tx) => recordAction(tx, incidentId));
  await seal();
  for (let times = 0; times < 2; times += 1) await bench.write(responder, (tx) => recordAction(tx, incidentId));
  return chainOf();
}
async function recordAction(tx: Transaction, id: string): Promise<void> {
  const { version: expectedVersion, stage } = await incidentStore(tx).get(id);
  if (stage === 'DETECT') await assess(tx, { id, version: expectedVersion } as Incident);
  const action = { actionId: randomUUID(), kind: 'CONTAINMENT', text: 'quarantine' } as const;
  const seen = stage === 'DETECT' ? expectedVersion + 1 : expectedVersion;
  const taking = { incidentId: id, expectedVersion: seen, ...action, ownerId: null, dueAt: null, doneBy: null };
  await actions.recordAction(tx, taking);
}

describe('an export', () => {
  it('R-03 verifies offline, with the service’s public keys alone', async () => {
    await lengthen();
    const { manifest, findings, counts } = await verified(await fetchExport());
    expect(findings).toEqual([]);
    const [rows] = await bench.database.admin<{ all: number; own: number }>(
      `select count(*)::int as all, count(*) filter (where subject !~ '^staffMember')::int as own from audit`,
    );
    expect(counts).toEqual({ rows: rows?.all, whole: rows?.own, heads: 2 });
    expect(manifest).toMatchObject({ incidentId, exportedBy: auditor.id, service: 'incident', head: 2 });
    expect(
      manifest?.members.filter(({ name }) => !name.startsWith('audit/')).map(({ name, lines }) => [name, lines]),
    ).toEqual([
      ['incident.json', 1],
      ['decisions.ndjson', 4],
      ['post-mortem.json', 1],
      ['timeline.ndjson', 8],
      ['custody.ndjson', 0],
      ['heads.jws', 2],
    ]);
  });

  it('R-76 shows of other incidents no more than that a row is there', async () => {
    const other = await bench.anIncident();
    await bench.write(responder, (tx) => recordAction(tx, other.id));
    const { version: expectedVersion } = await bench.seen(incidentId);
    const evidence = { sha256: 'e'.repeat(64), environment: 'PRODUCTION', collectedAt: new Date(0) } as const;
    const recording = {
      incidentId,
      expectedVersion,
      evidenceId: randomUUID(),
      text: 'It names Fabrikam.',
      ...evidence,
    };
    await bench.write(responder, (tx) => incidents.recordEvidence(tx, recording));
    const path = await fetchExport();
    const { counts, findings } = await verified(path);
    expect([findings, counts.rows > counts.whole]).toEqual([[], true]);
    const archive = await openArchive(path);
    const texts = await Promise.all(archive.names.map((name) => readText(archive, name)));
    archive.close();
    const holds = (text: string): boolean => texts.some((content) => content.includes(text));
    expect([incidentId, evidence.sha256, secret].map(holds)).toEqual([true, true, true]);
    expect([other.id, 'Fabrikam'].map(holds)).toEqual([false, false]);
  });

  it('R-76 is ordered by an auditor under a grant, or by LEGAL, and fetched by nobody else', async () => {
    const { exportId: id } = await order(legal);
    await expect(bench.look(legal, (tx) => ownExport(tx, id))).resolves.toMatchObject({ incidentId });
    await expect(bench.look(auditor, (tx) => ownExport(tx, id))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(bench.look(auditor, (tx) => ownExport(tx, 'x'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(order(manager)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(order(aPrincipal('AUDITOR', { id: 'user:ada' }))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await bench.database.admin(`update audit_grant set until = granted_at + interval '1 microsecond'`);
    await expect(order()).rejects.toMatchObject({ code: 'AUDIT_GRANT_EXPIRED' });
  });

  it('R-03 goes on while others write', async () => {
    const { event } = await testKeys();
    const made = await archiveOf(bench.database.db, auditor, await ordered(), event.incident.signingKey);
    await bench.anIncident();
    const path = join(folder, 'busy.zip');
    await pipeline(made, createWriteStream(path));
    expect((await verified(path)).findings).toEqual([]);
    expect((await readFile(path)).length).toBeGreaterThan(1_000);
  });
});

describe('S-40 an export of a trail that somebody with all rights in the database has changed', () => {
  it.each<[string, (chain: number) => string[]]>([
    ['EDITED', (chain) => [`update audit set actor = 'user:eve' where chain = ${chain} and seq = 2`]],
    ['MISSING', (chain) => [`delete from audit where chain = ${chain} and seq = 2`]],
    [
      'REORDERED',
      (chain) => [
        `update audit set seq = -2 where chain = ${chain} and seq = 2`,
        `update audit set seq = 2 where chain = ${chain} and seq = 3`,
        `update audit set seq = 3 where chain = ${chain} and seq = -2`,
      ],
    ],
  ])('is told as %s at its second row', async (problem, statements) => {
    const chain = await lengthen();
    await forge(...statements(chain));
    expect(await problems()).toEqual([`${problem} chain ${chain} seq 2`]);
  });

  /** Writes the rows from one on anew, so that each fits the one before it again. */
  const relink = (chain: number, from: number): string => `do $$
    declare r record; v_prev bytea;
    begin
      select hash into v_prev from audit where chain = ${chain} and seq = ${from - 1};
      for r in select * from audit where chain = ${chain} and seq >= ${from} order by seq loop
        v_prev := coalesce(v_prev, decode(repeat('00', 32), 'hex'));
        update audit set prev = v_prev, hash = audit_hash('incident', ${chain}, r.seq, r.at, r.actor, r.action,
          r.subject, v_prev, r.body) where chain = ${chain} and seq = r.seq returning hash into v_prev;
      end loop;
      update audit_tip set seq = coalesce((select max(seq) from audit where chain = ${chain}), 0), hash = v_prev
        where chain = ${chain};
    end $$`;

  it('is told as FORKED where a head sealed another history', async () => {
    const chain = await lengthen();
    await forge(`update audit set actor = 'user:eve' where chain = ${chain} and seq = 2`, relink(chain, 2));
    expect((await problems())[0]).toMatch(new RegExp(`^FORKED chain ${chain} seq \\d+$`));
  });

  it('is told as TRUNCATED when rows were cut off and the rest made to fit', async () => {
    const chain = await lengthen();
    await forge(`delete from audit where chain = ${chain} and seq > 1`, relink(chain, 1));
    // The export writes a row itself, which may fall into this chain.
    expect((await problems())[0]).toMatch(new RegExp(`^TRUNCATED chain ${chain} seq [23]$`));
  });

  it('is told as BACKDATED when a row after a head is dated before it', async () => {
    const chain = await lengthen();
    const [last] = await bench.database.admin<{ seq: string }>(
      `select max(seq) as seq from audit where chain = ${chain}`,
    );
    const seq = Number(last?.seq);
    await forge(
      `update audit set at = at - interval '1 hour' where chain = ${chain} and seq = ${seq}`,
      relink(chain, seq),
    );
    expect(await problems()).toEqual([`BACKDATED chain ${chain} seq ${seq}`]);
  });

  it('is told as HEAD_MISSING when the head that tells was taken away', async () => {
    await lengthen();
    await seal();
    await forge('delete from audit_head where n = 1');
    expect(await problems()).toEqual(['HEAD_MISSING']);
  });

  it.each(['update audit_head set n = 9', 'delete from audit_head', 'truncate audit_head'])(
    'S-38 the service itself cannot: %s',
    async (statement) => {
      await seal();
      await expect(bench.database.db.source.query(statement)).rejects.toMatchObject({ driverError: { code: '42501' } });
      await expect(bench.database.admin(statement)).rejects.toThrow('append-only');
    },
  );
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Principal } from '@tocsin/access';
import { readPrivileged } from '@tocsin/database';
import { aPrincipal } from '@tocsin/testkit';
import { accessToAudit } from './audit-access.ts';
import { grantAnAudit, pageAuditGrants, revokeTheGrant } from './audit-grants.ts';
import { auditRecord, pageAuditTrail, type AuditRecord } from './audit-reads.ts';
import type { AuditGrant } from './domain/audit-grant.ts';
import * as incidents from './incidents.ts';
import { listPostMortems } from './post-mortem-reads.ts';
import { savePostMortem } from './post-mortems.ts';
import { createBench, legal, manager, responder, type Bench } from './testing/bench.ts';

const auditor = aPrincipal('AUDITOR');
const stranger = aPrincipal('AUDITOR', { id: 'user:ada' });
const secret = 'The key of Contoso was in the repository.';
const noted = 'A note that names Fabrikam.';
const grounds = { reason: 'the yearly audit', evidenceIds: [] };
const until = new Date('2027-01-10T12:00:00.000Z');

let bench: Bench;
let incidentId: string;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.database.drop());
beforeEach(async () => {
  // Ten days before the grants of these tests end.
  await clockStandsAt(-10 * 86_400_000);
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
});

/** The service's only clock is the database's: it stands this many milliseconds after the end of the grant. */
const clockStandsAt = (afterEndMs: number): Promise<unknown> =>
  bench.database.admin(`create or replace function clock_now() returns timestamptz language sql stable as
    $$ select timestamptz '${new Date(until.getTime() + afterEndMs).toISOString()}' $$`);

const grant = (by = legal, patch: Partial<{ incidentId: string; auditorId: string; until: Date }> = {}) =>
  bench.write(by, (tx) => grantAnAudit(tx, { incidentId, auditorId: auditor.id, until, ...grounds, ...patch }));
const revoke = ({ id: grantId, version: expectedVersion }: AuditGrant, by = legal) =>
  bench.write(by, (tx) => revokeTheGrant(tx, { grantId, expectedVersion, ...grounds }));
const open = (by: Principal = auditor, id = incidentId): Promise<AuditRecord> =>
  readPrivileged(
    bench.database.db,
    { by, action: 'auditRecord' },
    (tx) => accessToAudit(tx, 'read:auditRecord', id),
    (tx) => auditRecord(tx, id),
  );
const refusalOf = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => undefined,
    (error: unknown) => (error as { code: string }).code,
  );
const readings = async (): Promise<unknown[]> => {
  const rows = await bench.database.admin<{ actor: string; body: string }>(
    `select actor, body from audit where action = 'auditRecord' and subject = $1 order by at`,
    [`incident:${incidentId}`],
  );
  return rows.map(({ actor, body }) => [actor, JSON.parse(body) as unknown]);
};

async function write(): Promise<void> {
  const { version: expectedVersion } = await bench.seen(incidentId);
  const evidence = { text: noted, sha256: 'e'.repeat(64), environment: 'PRODUCTION' } as const;
  const order = { incidentId, expectedVersion, evidenceId: randomUUID(), ...evidence, collectedAt: new Date(0) };
  await bench.write(responder, (tx) => incidents.recordEvidence(tx, order));
  const draft = { details: secret, responseSufficient: null, proceduresSufficient: null, sopUpdates: [] };
  const saving = { incidentId, expectedVersion: 0, ...draft, noUpdateReason: null };
  await bench.write(legal, (tx) => savePostMortem(tx, saving));
}

describe('reading under a grant', () => {
  it('R-76 shows incident, decisions, post-mortem, and evidence without what it says', async () => {
    await write();
    const { id } = await grant();
    const { incident, decisions, postMortem } = await open();
    expect(incident).toMatchObject({ id: incidentId, stage: 'DETECT', evidence: [{ sha256: 'e'.repeat(64) }] });
    expect(JSON.stringify(incident)).not.toContain('Fabrikam');
    expect(postMortem?.details).toBe(secret);
    expect(decisions).toMatchObject([
      { kind: 'assignment', subject: `incident:${incidentId}`, actorId: manager.id },
      { kind: 'auditGrant', subject: `auditGrant:${id}`, actorId: legal.id, reason: grounds.reason },
    ]);
  });

  it('R-76 is refused a second after the grant’s end, and at the end itself', async () => {
    await grant();
    for (const [at, code] of [
      [-1, undefined],
      [0, 'AUDIT_GRANT_EXPIRED'],
      [1_000, 'AUDIT_GRANT_EXPIRED'],
    ] as const) {
      await clockStandsAt(at);
      expect([at, await refusalOf(open())]).toEqual([at, code]);
    }
  });

  it('R-76 ends at once with the revocation; a new grant opens again', async () => {
    const first = await grant();
    await revoke(first);
    expect(await refusalOf(open())).toBe('AUDIT_GRANT_EXPIRED');
    expect(await refusalOf(revoke(first))).toBe('CONCURRENT_CHANGE');
    expect(await refusalOf(revoke({ ...first, version: 2 }))).toBe('AUDIT_GRANT_EXPIRED');
    await grant();
    await expect(open()).resolves.toMatchObject({ incident: { id: incidentId } });
  });

  it('S-3 an incident never granted and one that does not exist are NOT_FOUND alike', async () => {
    await grant();
    for (const [by, id] of [
      [stranger, incidentId],
      [auditor, (await bench.anIncident()).id],
      [auditor, randomUUID()],
      [auditor, 'x'],
      [aPrincipal('LEGAL', { id: 'user:lee' }), incidentId],
    ] as const)
      expect([by.id, await refusalOf(open(by, id))]).toEqual([by.id, 'NOT_FOUND']);
  });

  it('I-33 is FORBIDDEN to customers, partners and everybody else without the role, granted or not', async () => {
    await grant();
    for (const role of ['CUSTOMER_ADMIN', 'PARTNER', 'RESPONDER', 'PLATFORM_ADMIN'] as const)
      expect([role, await refusalOf(open(aPrincipal(role, { id: auditor.id })))]).toEqual([role, 'FORBIDDEN']);
  });

  it('S-39 each reading is recorded before it is answered, and each refusal', async () => {
    const { id: grantId } = await grant();
    await open();
    await open(legal);
    await refusalOf(open(stranger));
    await clockStandsAt(1_000);
    await refusalOf(open());
    expect(await readings()).toEqual([
      [auditor.id, { role: 'AUDITOR', grantId }],
      [legal.id, { role: 'LEGAL' }],
      [stranger.id, { refused: 'NOT_FOUND' }],
      [auditor.id, { refused: 'AUDIT_GRANT_EXPIRED' }],
    ]);
  });

  it('S-39 what cannot be recorded is not read', async () => {
    await grant();
    await bench.database.admin('revoke execute on function audit_append(text, text, text, text) from incident_app');
    try {
      await expect(open()).rejects.toThrow();
    } finally {
      await bench.database.admin('grant execute on function audit_append(text, text, text, text) to incident_app');
    }
    expect(await readings()).toEqual([]);
  });

  it('R-74 a grant opens no other path: not the incident, not its post-mortem there', async () => {
    await write();
    await grant();
    await expect(bench.seen(incidentId, auditor)).rejects.toThrow('does not see');
    expect(await bench.look(auditor, (tx) => listPostMortems(tx, [incidentId]))).toMatchObject([{ whole: null }]);
    for (const table of ['outbox', 'audit', 'command']) {
      const rows = await bench.database.admin<{ row: string }>(`select t::text as row from ${table} t`);
      expect([table, rows.some(({ row }) => /Contoso|Fabrikam/.test(row))]).toEqual([table, false]);
    }
  });
});

describe('the audit trail', () => {
  const page = (first: number, after: string | null) =>
    bench.look(auditor, (tx) => pageAuditTrail(tx, { incidentId, first, after }));

  it('R-76 tells all of the incident and its parts, oldest first, and of no other', async () => {
    await bench.anIncident();
    await write();
    await revoke(await grant());
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { edges, pageInfo } = await page(2, after);
      seen.push(...edges.map(({ node: { subject, body } }) => `${subject} ${body}`));
      after = pageInfo.endCursor;
      more = pageInfo.hasNextPage;
    }
    const rows = await bench.database.admin<{ line: string }>(
      `select subject || ' ' || body as line from audit where subject = any(
         select 'incident:' || $1 union select 'postMortem:' || id from post_mortem where incident_id = $1::uuid
         union select 'auditGrant:' || id from audit_grant where incident_id = $1::uuid
         union select 'page:' || id from page where incident_id = $1::uuid
         union select 'evidence:' || evidence_id from evidence_custody where incident_id = $1::uuid) order by at`,
      [incidentId],
    );
    expect(seen).toEqual(rows.map(({ line }) => line));
    expect(seen).toHaveLength(8);
  });

  it('refuses a cursor that is not of this list', async () => {
    const cursor = Buffer.from('["yesterday","1/1"]').toString('base64url');
    expect(await refusalOf(page(2, cursor))).toBe('INVALID_INPUT');
  });
});

describe('giving grants', () => {
  it('R-76 is for LEGAL and the executive incident manager of the incident', async () => {
    for (const [by, code] of [
      [responder, 'FORBIDDEN'],
      [manager, 'FORBIDDEN'],
      [auditor, 'FORBIDDEN'],
      [aPrincipal('LEGAL', { id: 'user:lee' }), 'NOT_FOUND'],
      [aPrincipal('EXECUTIVE_INCIDENT_MANAGER'), 'NOT_FOUND'],
    ] as const)
      expect([by.id, await refusalOf(grant(by))]).toEqual([by.id, code]);
    const { id } = await grant();
    expect(await bench.eventsOf(id)).toEqual(['AuditGranted']);
    const other = aPrincipal('LEGAL', { id: 'user:lee' });
    expect(await refusalOf(revoke({ id, version: 1 } as AuditGrant, other))).toBe('NOT_FOUND');
    expect(await refusalOf(revoke({ id: 'x', version: 1 } as AuditGrant))).toBe('NOT_FOUND');
  });

  it.each([
    ['GRANT_TOO_LONG', { until: new Date(until.getTime() + 21 * 86_400_000) }],
    ['SAME_PERSON_REFUSED', { auditorId: legal.id }],
    ['NOT_FOUND', { incidentId: 'x' }],
  ])('R-76 refuses with %s', async (code, patch) => {
    expect(await refusalOf(grant(legal, patch))).toBe(code);
  });

  it('R-76 the database holds to the limits too', async () => {
    const { id } = await grant();
    for (const [assignment, constraint] of [
      [`until = granted_at + interval '31 days'`, 'audit_grant_length_check'],
      ['auditor_id = granted_by', 'audit_grant_two_people_check'],
      [`revoked_by = 'user:eve'`, 'audit_grant_revoked_check'],
    ])
      await expect(
        bench.database.admin(`update audit_grant set ${assignment} where id = $1`, [id]),
      ).rejects.toMatchObject({ constraint });
  });

  it('R-76 is listed for its givers and the incident manager, newest first, page by page', async () => {
    const first = await grant();
    await clockStandsAt(-9 * 86_400_000);
    const second = await grant(legal, { auditorId: stranger.id });
    const list = (by: Principal, after: string | null) =>
      bench.look(by, (tx) => pageAuditGrants(tx, { incidentId, first: 1, after }));
    const one = await list(manager, null);
    expect(one.edges.map(({ node }) => node)).toEqual([second]);
    const two = await list(legal, one.pageInfo.endCursor);
    expect([two.edges.map(({ node }) => node), two.pageInfo.hasNextPage]).toEqual([[first], false]);
    expect(await refusalOf(list(auditor, null))).toBe('FORBIDDEN');
    expect(await refusalOf(list(aPrincipal('LEGAL', { id: 'user:lee' }), null))).toBe('NOT_FOUND');
    expect(await refusalOf(list(legal, Buffer.from('["x","y"]').toString('base64url')))).toBe('INVALID_INPUT');
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Principal } from '@tocsin/access';
import { aPrincipal } from '@tocsin/testkit';
import { startAsking, type Answer, type Asking } from '../testing/ask.ts';
import { legal, manager, responder } from '../testing/bench.ts';
import { startFilesRig, type FilesRig } from '../testing/files-rig.ts';

const auditor = aPrincipal('AUDITOR');
const secret = 'The key of Contoso was in the repository.';
const noted = 'A note that names Fabrikam.';

let rig: FilesRig;
let asking: Asking;
let incidentId: string;
beforeAll(async () => {
  rig = await startFilesRig();
  asking = await startAsking(rig.bench.database, { sign: rig.sign, storage: rig.storage });
  const incident = await rig.bench.anIncident();
  incidentId = incident.id;
  await rig.evidenceOf(incidentId, 'e'.repeat(64));
  const { version: expectedVersion } = await rig.bench.seen(incidentId);
  const reason = 'to advise';
  await run(manager, 'assign', { expectedVersion, role: 'LEGAL', principalId: legal.id, reason }, '__typename');
  await run(legal, 'savePostMortem', { expectedVersion: 0, details: secret }, '__typename');
  const action = { kind: 'CONTAINMENT', text: noted };
  const { version } = await rig.bench.seen(incidentId);
  await run(responder, 'advanceStage', { expectedVersion: version, to: 'ASSESS', reason }, '__typename');
  await run(responder, 'recordAction', { expectedVersion: version + 1, ...action }, '__typename');
});
afterAll(async () => {
  await asking.stop();
  await rig.stop();
});

const codeOf = (answer: Answer): string | undefined => answer.errors?.[0]?.extensions.code;

async function run(by: Principal, name: string, input: object, selection: string): Promise<Record<string, unknown>> {
  const answer = await send(by, name, { incidentId, ...input }, selection);
  if (answer.errors !== undefined) throw new Error(`${name}: ${JSON.stringify(answer.errors)}`);
  return (answer.data as Record<string, Record<string, unknown>>)[name] ?? {};
}
const send = (by: Principal, name: string, input: object, selection: string): Promise<Answer> => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`;
  const query = `mutation($input: ${type}) { ${name}(input: $input) { ${selection} } }`;
  return asking.ask(by, query, { input: { idempotencyKey: randomUUID(), ...input } });
};

const grant = `grant { id version incidentId auditorId until grantedBy grantedAt revokedBy revokedAt }`;
const record = `query($id: ID!) { auditRecord(incidentId: $id) {
  incident { id version number title tlp stage status cycle source responsibility firstIndicationAt detectedAt
    members { principalId role until } stageEntries { n stage at actorId reason }
    evidence { id sha256 environment tlp collectedAt addedBy addedAt } actions { id kind text state }
    containment { verifiedBy } disposition closedAt }
  decisions { id subject kind value actorId role at reason evidenceIds policyVersion }
  postMortem { version state details } } }`;
const trail = `query($id: ID!) { auditTrail(incidentId: $id, first: 100) { pageInfo { hasNextPage }
  edges { cursor node { chain seq at actor action subject body hash } } } }`;
const grants = `query($id: ID!) { auditGrants(incidentId: $id) { edges { node { id auditorId revokedAt } } } }`;
const read = (by: Principal, query: string): Promise<Answer> => asking.ask(by, query, { id: incidentId });

describe('the auditor’s API', () => {
  const until = new Date(Date.now() + 86_400_000).toISOString();
  const order = { auditorId: auditor.id, until, reason: 'the yearly audit' };

  it('R-76 gives, reads, exports and revokes', async () => {
    expect(codeOf(await read(auditor, record))).toBe('NOT_FOUND');
    const given = (await run(legal, 'grantAudit', order, grant))['grant'] as { id: string };
    expect(given).toMatchObject({ incidentId, auditorId: auditor.id, until, grantedBy: legal.id, revokedAt: null });
    expect((await read(auditor, record)).data).toMatchObject({
      auditRecord: {
        incident: {
          id: incidentId,
          stage: 'ASSESS',
          evidence: [{ sha256: 'e'.repeat(64) }],
          actions: [{ text: noted }],
        },
        decisions: expect.arrayContaining([
          expect.objectContaining({ kind: 'auditGrant', value: `{"auditorId":"${auditor.id}","until":"${until}"}` }),
        ]),
        postMortem: { version: 1, state: 'DRAFT', details: secret },
      },
    });
    const exported = await run(auditor, 'exportAudit', { reason: 'to verify' }, 'exportId url ticket expiresAt');
    expect(await rig.get(exported as never)).toMatchObject({ status: 200 });
    const { edges } = (await read(auditor, trail)).data.auditTrail as { edges: unknown };
    const actions = (edges as { node: { action: string } }[]).map(({ node }) => node.action);
    expect(actions).toEqual(expect.arrayContaining(['auditRecord', 'auditTrail', 'exportAudit', 'fetchAuditExport']));
    expect((await read(manager, grants)).data).toEqual({
      auditGrants: { edges: [{ node: { id: given.id, auditorId: auditor.id, revokedAt: null } }] },
    });
    const revoking = { grantId: given.id, expectedVersion: 1, reason: 'done' };
    const revoked = await send(legal, 'revokeAuditGrant', revoking, grant);
    expect(revoked.data.revokeAuditGrant.grant).toMatchObject({ version: 2, revokedBy: legal.id });
    for (const query of [record, trail]) expect(codeOf(await read(auditor, query))).toBe('AUDIT_GRANT_EXPIRED');
    expect(codeOf(await send(auditor, 'exportAudit', { incidentId, reason: 'again' }, 'url'))).toBe(
      'AUDIT_GRANT_EXPIRED',
    );
  });

  it('R-74 a grant opens no other path, and customers and partners none at all', async () => {
    await run(legal, 'grantAudit', order, grant);
    const path = `query($id: ID!) { incident(id: $id) { id title postMortem { details } evidence { text } } }`;
    expect(await read(auditor, path)).toEqual({ data: { incident: null } });
    for (const role of ['CUSTOMER_ADMIN', 'CUSTOMER_READER', 'PARTNER', 'RESPONDER'] as const) {
      const answers = await Promise.all([record, trail, grants].map((query) => read(aPrincipal(role), query)));
      expect([role, ...answers.map(codeOf)]).toEqual([role, 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
      expect(JSON.stringify(answers)).not.toMatch(/Contoso|Fabrikam/);
    }
  });

  it('a grant of less than nothing, for oneself, or too long is refused', async () => {
    for (const [code, patch] of [
      ['TIME_ORDER_INVALID', { until: '2020-01-01T00:00:00Z' }],
      ['SAME_PERSON_REFUSED', { auditorId: legal.id }],
      ['GRANT_TOO_LONG', { until: new Date(Date.now() + 31 * 86_400_000).toISOString() }],
      ['REASON_REQUIRED', { reason: '' }],
    ] as const)
      expect(codeOf(await send(legal, 'grantAudit', { incidentId, ...order, ...patch }, grant))).toBe(code);
  });
});

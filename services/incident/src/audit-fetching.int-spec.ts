import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyArchive } from '@tocsin/audit';
import { aPrincipal, testKeys } from '@tocsin/testkit';
import { orderAuditExport } from './audit-exports.ts';
import { grantAnAudit } from './audit-grants.ts';
import type { SignedTicket } from './file-tickets.ts';
import { assignMember } from './incidents.ts';
import { legal, manager } from './testing/bench.ts';
import { startFilesRig, type FilesRig } from './testing/files-rig.ts';

const auditor = aPrincipal('AUDITOR');
const grounds = { reason: 'the yearly audit', evidenceIds: [] };

let rig: FilesRig;
let incidentId: string;
beforeAll(async () => {
  rig = await startFilesRig();
});
afterAll(() => rig.stop());
beforeEach(async () => {
  ({ id: incidentId } = await rig.bench.anIncident());
  const { version: expectedVersion } = await rig.bench.seen(incidentId);
  const joining = {
    incidentId,
    expectedVersion,
    ...grounds,
    role: 'LEGAL',
    principalId: legal.id,
    until: null,
  } as const;
  await rig.bench.write(manager, (tx) => assignMember(tx, joining));
  const until = new Date(Date.now() + 86_400_000);
  await rig.bench.write(legal, (tx) => grantAnAudit(tx, { incidentId, auditorId: auditor.id, until, ...grounds }));
});

const order = (): Promise<SignedTicket> =>
  rig.ticket(auditor, (tx) => orderAuditExport(tx, { incidentId, ...grounds }));
/** Who fetched, in the audit trail of the incident. */
const fetched = async (): Promise<string[]> => {
  const sql = `select actor from audit where action = 'fetchAuditExport' and subject = $1`;
  const rows = await rig.bench.database.admin<{ actor: string }>(sql, [`incident:${incidentId}`]);
  return rows.map(({ actor }) => actor);
};

describe('fetching an export', () => {
  it('R-03 R-76 gives the archive by a ticket, once, recorded in the very chains that it holds', async () => {
    const ticket = await order();
    const { status, headers, body } = await rig.get(ticket);
    expect([status, headers['content-type']]).toEqual([200, 'application/zip']);
    const folder = await mkdtemp(join(tmpdir(), 'tocsin-fetched-'));
    await writeFile(join(folder, 'export.zip'), body);
    const { eventJwks } = await testKeys();
    const verification = await verifyArchive({ path: join(folder, 'export.zip'), keysOf: () => eventJwks.incident });
    await rm(folder, { recursive: true });
    expect(verification.findings).toEqual([]);
    const [own] = await rig.bench.database.admin<{ rows: number }>(
      `select count(*)::int as rows from audit where subject like '%' || $1 or subject in (
         select 'auditGrant:' || id from audit_grant where incident_id = $1::uuid
         union select 'page:' || id from page where incident_id = $1::uuid
         union select 'auditExport:' || id from audit_export where incident_id = $1::uuid)`,
      [incidentId],
    );
    expect(verification.counts.whole).toBe(own?.rows);
    expect(await fetched()).toEqual([auditor.id]);
    expect(await rig.get(ticket)).toMatchObject({ status: 401, code: 'TICKET_USED' });
  });

  it('R-76 is refused when the grant ended since it was ordered, and that is recorded', async () => {
    const ticket = await order();
    await rig.bench.database.admin(
      `update audit_grant set until = granted_at + interval '1 microsecond' where incident_id = $1`,
      [incidentId],
    );
    expect(await rig.get(ticket)).toMatchObject({ status: 403, code: 'AUDIT_GRANT_EXPIRED' });
    expect(await rig.refusals(`incident:${incidentId}`)).toEqual(['AUDIT_GRANT_EXPIRED']);
    expect(await fetched()).toEqual([]);
  });
});

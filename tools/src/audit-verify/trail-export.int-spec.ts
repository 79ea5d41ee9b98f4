import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { describeFinding, openArchive, readText, verifyArchive, type Verification } from '@tocsin/audit';
import { serviceNames, type ServiceName } from '@tocsin/contracts';
import { inTransaction, recordAccess } from '@tocsin/database';
import { aPrincipal, testDatabase, testKeys, type TestDatabase } from '@tocsin/testkit';
import { exportTrail } from './trail-export.ts';

const by = aPrincipal('PRIVACY_OFFICER');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-trail-'));
});
afterAll(() => rm(folder, { recursive: true }));

let test: TestDatabase;
afterEach(() => test.drop());

const decide = (subject: string): Promise<void> =>
  inTransaction(test.db, { by, action: 'decideVerdict' }, (tx) => {
    recordAccess(tx, 'decideVerdict', { subject, body: { version: 1 } });
    return Promise.resolve();
  });
async function exported(service: ServiceName): Promise<string> {
  const { event } = await testKeys();
  const path = join(folder, `${randomUUID()}.zip`);
  await exportTrail(test.db, event[service].signingKey, path);
  return path;
}
async function verified(path: string): Promise<Verification> {
  const { eventJwks } = await testKeys();
  return verifyArchive({ path, keysOf: (service) => eventJwks[service as ServiceName] });
}

describe('R-03 S-40 the whole audit trail of a service', () => {
  it.each(serviceNames)(
    '%s verifies offline: every row in full, its own export among them, and every head',
    async (service) => {
      test = await testDatabase(service, []);
      for (let nth = 0; nth < 20; nth += 1) await decide(`incident:${nth}`);
      await exported(service);
      await decide('incident:late');
      const path = await exported(service);
      const { manifest, findings, counts } = await verified(path);
      expect([findings, counts]).toEqual([[], { rows: 23, whole: 23, heads: 2 }]);
      expect(manifest).toMatchObject({
        service,
        head: 2,
        exportedBy: `service:${service}`,
        format: 'tocsin-audit-trail/1',
      });
      const archive = await openArchive(path);
      const rows = (await Promise.all(archive.names.map((name) => readText(archive, name)))).join('');
      archive.close();
      expect(rows).toContain(`"actor":"${by.id}","action":"decideVerdict","subject":"incident:late"`);
      expect(rows).toContain(`"action":"exportAuditTrail","subject":"auditExport:${manifest?.exportId ?? ''}"`);
    },
  );

  it('classification shows a decision that was changed in the database', async () => {
    test = await testDatabase('classification', []);
    await decide('incident:7f1c');
    const [row] = await test.admin<{ chain: number }>('select chain from audit');
    await test.admin(`set session_replication_role = replica; update audit set action = 'previewVerdict';
      set session_replication_role = origin`);
    const { findings } = await verified(await exported('classification'));
    expect(findings.map((finding) => describeFinding(finding).split(':')[0])).toEqual([
      `EDITED chain ${row?.chain ?? -1} seq 1`,
    ]);
  });

  it('is never written over a file that is there, and then leaves no row', async () => {
    test = await testDatabase('notification', []);
    const { event } = await testKeys();
    const path = await exported('notification');
    await expect(exportTrail(test.db, event.notification.signingKey, path)).rejects.toThrow('EEXIST');
    expect(await test.admin('select count(*)::int as rows from audit')).toEqual([{ rows: 1 }]);
  });
});

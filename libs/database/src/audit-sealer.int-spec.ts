import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger, createMetrics } from '@tocsin/runtime';
import { aPrincipal, eventually, testDatabase, testKeys, type TestDatabase } from '@tocsin/testkit';
import { appendAudit } from './audit.ts';
import { createAuditSealer, sealIfDue } from './audit-sealer.ts';
import { headsFile } from './heads-file.ts';
import { inTransaction } from './index.ts';

const by = aPrincipal('INCIDENT_MANAGER');
const log = createLogger('incident', 'silent');

let test: TestDatabase;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-heads-'));
});
afterAll(async () => {
  await test.drop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await (test as TestDatabase | undefined)?.drop();
  test = await testDatabase('incident', [], { migrations: null });
});

const append = (rows: number): Promise<void> =>
  inTransaction(test.db, { by, action: 'assign' }, (tx) =>
    appendAudit(
      tx.manager,
      Array.from({ length: rows }, (_, n) => ({ actor: by.id, action: 'assign', subject: `incident:${n}`, body: {} })),
    ),
  );
const seal = async (): Promise<string[]> => {
  const { event } = await testKeys();
  await sealIfDue(test.db, event.incident.signingKey);
  return stored();
};
const stored = async (): Promise<string[]> => {
  const rows = await test.admin<{ jws: string }>('select jws from audit_head order by n');
  return rows.map(({ jws }) => jws);
};
const later = (seconds: number): Promise<unknown> =>
  test.admin(`set session_replication_role = replica; update audit_head set at = at - ${seconds} * interval '1 second';
    set session_replication_role = origin`);

describe('S-40 a head of the audit trail', () => {
  it('is sealed when the trail has grown and 60 s have passed, and not before', async () => {
    expect(await seal()).toHaveLength(0);
    await append(1);
    expect(await seal()).toHaveLength(1);
    await append(1);
    expect(await seal()).toHaveLength(1);
    await later(61);
    expect(await seal()).toHaveLength(2);
    await later(61);
    expect(await seal()).toHaveLength(2);
  });

  it('is sealed after 1,000 rows at once', async () => {
    await append(1);
    await seal();
    await append(999);
    expect(await seal()).toHaveLength(1);
    await append(1);
    expect(await seal()).toHaveLength(2);
  });

  it('is kept in a file outside the database by the part that runs', async () => {
    const { event } = await testKeys();
    const file = join(folder, 'running.jws');
    await append(1);
    const sealer = createAuditSealer({ db: test.db, key: event.incident.signingKey, log, file });
    await sealer.start();
    await eventually(async () => expect(await readFile(file, 'utf8')).toMatch(/^\S+\n$/));
    await sealer.stop();
    expect(await readFile(file, 'utf8')).toBe(`${(await stored()).join('\n')}\n`);
  });
});

describe('S-40 what no head has sealed yet', () => {
  it('is measured by the age of its oldest row, and is nothing while the trail does not grow', async () => {
    const metrics = createMetrics('incident');
    const { event } = await testKeys();
    createAuditSealer({ db: test.db, key: event.incident.signingKey, log, metrics });
    const seconds = async (): Promise<number> =>
      Number(/^tocsin_audit_unsealed_seconds\S* (\S+)$/m.exec(await metrics.metrics())?.[1]);
    const age = (by: number): Promise<unknown> =>
      test.admin(`set session_replication_role = replica; update audit set at = at - ${by} * interval '1 second';
        set session_replication_role = origin`);
    expect(await seconds()).toBe(0);
    await append(20);
    await age(100);
    expect(Math.floor((await seconds()) / 10)).toBe(10);
    await seal();
    await later(3_600);
    await age(3_600);
    expect(await seconds()).toBe(0);
    await append(1);
    expect(await seconds()).toBeGreaterThan(0);
    expect(await seconds()).toBeLessThan(60);
  });
});

const announced = async (): Promise<unknown[]> => {
  const sql = `select type, topic, aggregate_seq as nth, data from outbox where aggregate_type = 'auditTrail' order by id`;
  const rows = await test.admin<{ type: string; topic: string; nth: string; data: string }>(sql);
  return rows.map(({ data, ...row }) => ({ ...row, data: JSON.parse(data) as unknown }));
};

describe('S-40 a sealed head is announced', () => {
  it('on the topic of the service, one after the other, as it is kept', async () => {
    await append(1);
    await seal();
    await append(1);
    await later(61);
    const heads = await seal();
    const event = { type: 'tocsin.incident.AuditHeadSealed.v1', topic: 'tocsin.incident' };
    expect(await announced()).toEqual(
      heads.map((jws, nth) => ({ ...event, nth: `${nth + 1}`, data: { service: 'incident', n: nth + 1, jws } })),
    );
    expect(heads).toHaveLength(2);
  });

  it('and leaves no row, so that a service that does nothing seals and announces nothing', async () => {
    await append(1);
    await seal();
    for (let minute = 0; minute < 3; minute += 1) {
      await later(61);
      await seal();
    }
    expect([(await stored()).length, (await announced()).length]).toEqual([1, 1]);
    expect(await test.admin('select count(*)::int as rows from audit')).toEqual([{ rows: 1 }]);
  });

  it('in the transaction that seals it: what cannot be announced is not sealed', async () => {
    const { event } = await testKeys();
    const mute = { ...test.db, signingKey: undefined };
    await append(1);
    await expect(sealIfDue(mute, event.incident.signingKey)).rejects.toThrow('no signing key');
    expect([await stored(), await announced()]).toEqual([[], []]);
  });

  it('and the relay is woken, so that it leaves at once', async () => {
    let woken = 0;
    test.db.onAnnounced(() => (woken += 1));
    await append(1);
    expect(woken).toBe(0);
    await seal();
    expect(woken).toBe(1);
  });
});

describe('S-40 the file of heads', () => {
  it('goes on where it ended, also after a crash in the midst of a line', async () => {
    const file = join(folder, 'crashed.jws');
    await append(1);
    const [first = ''] = await seal();
    await headsFile(test.db, file, log).catchUp();
    await append(1);
    await later(61);
    const all = await seal();
    await appendFile(file, (all[1] ?? '').slice(0, 40));
    await headsFile(test.db, file, log).catchUp();
    expect(await readFile(file, 'utf8')).toBe(`${all.join('\n')}\n`);
    expect(all[0]).toBe(first);
    await truncate(file, 0);
    await headsFile(test.db, file, log).catchUp();
    expect(await readFile(file, 'utf8')).toBe(`${all.join('\n')}\n`);
  });

  it('never loses a line that the database has lost', async () => {
    const file = join(folder, 'restored.jws');
    await append(1);
    const [first = ''] = await seal();
    await writeFile(file, '');
    await headsFile(test.db, file, log).catchUp();
    await test.admin(`set session_replication_role = replica; delete from audit_head;
      set session_replication_role = origin`);
    await append(1);
    await seal();
    await headsFile(test.db, file, log).catchUp();
    expect(await readFile(file, 'utf8')).toBe(`${first}\n`);
  });
});

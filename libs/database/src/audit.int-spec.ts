import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aPrincipal, testDatabase, type TestDatabase } from '@tocsin/testkit';
import { appendAudit } from './audit.ts';
import { inTransaction } from './index.ts';

const by = aPrincipal('INCIDENT_MANAGER');
const zeros = Buffer.alloc(32);

describe('the audit trail', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await testDatabase('incident', [], { migrations: null });
  });
  afterAll(() => test.drop());

  const hash = async (prev: Buffer, seq: number, at: string, actor: string, action: string, body: string) => {
    const [row] = await test.admin<{ hash: Buffer }>(
      `select audit_hash('incident', 3, $1, $2, $3, $4, 'incident:7f1c', $5, $6) as hash`,
      [seq, at, actor, action, prev, body],
    );
    return row?.hash ?? zeros;
  };

  it('hashes the published vector', async () => {
    const assign = '{"principalId":"user:bo","role":"RESPONDER"}';
    const first = await hash(zeros, 1, '2026-11-22T09:30:00.000000Z', 'user:ada', 'assign', assign);
    expect(first.toString('hex')).toBe('2f540f37cc9f301c61fcd1869634f865d9615737fff1550668cbb3892fd7dec7');
    const advance = '{"from":"DETECT","to":"ASSESS"}';
    const second = await hash(first, 2, '2026-11-22T09:31:00.000000Z', 'user:bo', 'advanceStage', advance);
    expect(second.toString('hex')).toBe('71cf686fdd46c6a8666e9eafb88b9590ebe4c8dd45136f35381c3d8bf543df8e');
  });

  const append = (subject: string): Promise<void> =>
    inTransaction(test.db, { by, action: 'assign' }, (tx) =>
      appendAudit(tx.manager, [{ actor: by.id, action: 'assign', subject, body: { z: 1, a: 'ü' } }]),
    );

  it('links the rows of each of 16 chains, also when they come at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      await Promise.all([1, 2, 3, 4].map((nth) => append(`incident:${round}-${nth}`)));
    }
    const rows = await test.admin<Record<string, string>>(
      `select chain, seq, actor, action, subject, body, encode(prev, 'hex') as prev, encode(hash, 'hex') as hash,
         to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at
       from audit order by chain, seq`,
    );
    const tips = new Map<string, { seq: number; hash: string }>();
    for (const row of rows) {
      const { chain = '', seq, at, actor, action, subject, prev, body } = row;
      const tip = tips.get(chain) ?? { seq: 0, hash: zeros.toString('hex') };
      expect({ seq: Number(seq), prev }).toEqual({ seq: tip.seq + 1, prev: tip.hash });
      const text = ['tocsin-audit-v1', 'incident', chain, seq, at, actor, action, subject, prev, body].join('\n');
      expect(row['hash']).toBe(createHash('sha256').update(text).digest('hex'));
      tips.set(chain, { seq: Number(seq), hash: row['hash'] ?? '' });
    }
    expect(rows).toHaveLength(40);
    expect(tips.size).toBeGreaterThan(8);
    expect(rows[0]?.['body']).toBe('{"a":"ü","z":1}');
  });

  it.each([
    `update audit set actor = 'user:eve'`,
    'delete from audit',
    'truncate audit',
    'delete from decision',
    'truncate event_log',
  ])('S-38 refuses `%s`, even of a superuser', async (statement) => {
    await append('incident:kept');
    await expect(test.admin(statement)).rejects.toThrow('append-only');
  });

  it.each([
    `insert into audit (chain, seq, at, actor, action, subject, prev, hash, body)
     values (0, 99, now(), 'a', 'b', 'c', '', '', '{}')`,
    'update audit_tip set seq = 0',
    'delete from audit',
  ])('S-38 refuses the application `%s`', async (statement) => {
    await expect(test.db.source.query(statement)).rejects.toMatchObject({ driverError: { code: '42501' } });
  });
});

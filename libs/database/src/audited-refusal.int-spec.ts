import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Forbidden, SamePersonRefused } from '@tocsin/errors';
import { aPrincipal, testDatabase, type TestDatabase } from '@tocsin/testkit';
import { auditingRefusals, command, inTransaction } from './index.ts';

const by = aPrincipal('RESPONDER');

describe('an audited refusal', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await testDatabase('incident', [], { migrations: null });
  });
  afterAll(() => test.drop());

  const rowsOf = (subject: string) =>
    test.admin('select actor, action, subject, body from audit where subject = $1', [subject]);

  it('R-62 leaves its row though the command is undone, and is thrown as it was', async () => {
    const subject = `evidence:${randomUUID()}`;
    const input = { idempotencyKey: randomUUID() };
    const refused = command(test.db, { by, name: 'openEvidence', input }, () =>
      auditingRefusals(subject, () => Promise.reject(SamePersonRefused())),
    );
    await expect(refused).rejects.toMatchObject({ code: 'SAME_PERSON_REFUSED' });
    const body = '{"refused":"SAME_PERSON_REFUSED"}';
    expect(await rowsOf(subject)).toEqual([{ actor: by.id, action: 'openEvidence', subject, body }]);
    expect(await test.admin('select from command where key = $1', [input.idempotencyKey])).toEqual([]);
  });

  it('other refusals, and errors, leave none', async () => {
    const before = await test.admin('select from audit');
    const fail = (error: Error) =>
      inTransaction(test.db, { by, action: 'x' }, (): Promise<void> => Promise.reject(error)).catch(() => undefined);
    await fail(Forbidden());
    await inTransaction(test.db, { by, action: 'x' }, () =>
      auditingRefusals('evidence:1', () => Promise.reject(new Error('a bug'))),
    ).catch(() => undefined);
    expect(await test.admin('select from audit')).toHaveLength(before.length);
  });

  it('S-52 fails all the same if its row cannot be written', async () => {
    await test.admin('revoke execute on function audit_append(text, text, text, text) from incident_app');
    const attempt = inTransaction(test.db, { by, action: 'x' }, () =>
      auditingRefusals('evidence:1', () => Promise.reject(SamePersonRefused())),
    );
    await expect(attempt).rejects.not.toMatchObject({ code: 'SAME_PERSON_REFUSED' });
  });
});

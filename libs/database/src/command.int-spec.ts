import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NotFound } from '@tocsin/errors';
import { aPrincipal, testDatabase, type TestDatabase } from '@tocsin/testkit';
import { command, expectVersion, inTransaction, type Transaction } from './index.ts';
import { anIncident, createIncidentTable, incidentStore, incidentTable, reopened } from './spec-incident.ts';

const by = aPrincipal('INCIDENT_MANAGER');
const newKey = (): { idempotencyKey: string } => ({ idempotencyKey: randomUUID() });

describe('a command', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await testDatabase('incident', [incidentTable], { migrations: null });
    await createIncidentTable(test);
  });
  afterAll(() => test.drop());

  const openOne = async (tx: Transaction): Promise<{ id: string }> => {
    const { id } = await tx.commit(incidentStore, reopened(anIncident(), tx.now, true));
    return { id };
  };
  const open = (input: { idempotencyKey: string }, who = by): Promise<{ id: string }> =>
    command(test.db, { by: who, name: 'openIncident', input }, openOne);
  const count = async (): Promise<unknown> => (await test.admin('select count(*)::int as n from incident'))[0]?.['n'];

  it('has one effect and the same answer when it is repeated', async () => {
    const before = await count();
    const input = newKey();
    const first = await open(input);
    expect(await open(input)).toEqual(first);
    expect(await count()).toBe(Number(before) + 1);
  });

  it('has one effect and the same answer when it comes four times at once', async () => {
    const before = await count();
    const input = newKey();
    const answers = await Promise.all([open(input), open(input), open(input), open(input)]);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await count()).toBe(Number(before) + 1);
  });

  it('refuses the key of another input, or of another command', async () => {
    const input = newKey();
    await open(input);
    const otherInput = open({ ...input, title: 'another' } as typeof input);
    await expect(otherInput).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
    const otherName = command(test.db, { by, name: 'closeIncident', input }, openOne);
    await expect(otherName).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('knows the same key of somebody else as another command', async () => {
    const input = newKey();
    const mine = await open(input);
    expect(await open(input, aPrincipal('RESPONDER'))).not.toEqual(mine);
  });

  it('leaves nothing when it is refused, so that its key can be used again', async () => {
    const input = newKey();
    const refused = command(test.db, { by, name: 'openIncident', input }, () => Promise.reject(NotFound()));
    await expect(refused).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(open(input)).resolves.toHaveProperty('id');
  });

  it.each(['', 'k'.repeat(201)])('refuses the key "%s"', async (idempotencyKey) => {
    await expect(open({ idempotencyKey })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('refuses the second of two changes that started from one version', async () => {
    const incident = anIncident();
    const change = (from: typeof incident, isNew = false): Promise<unknown> =>
      inTransaction(test.db, { by, action: 'reopenIncident' }, (tx) =>
        tx.commit(incidentStore, reopened(from, tx.now, isNew)),
      );
    await change(incident, true);
    const outcomes = await Promise.allSettled([change(incident), change(incident)]);
    const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(refusals).toMatchObject([{ code: 'CONCURRENT_CHANGE', details: { expectedVersion: 1, version: 2 } }]);
    expect(() => expectVersion({ id: incident.id, version: 2 }, 1)).toThrow(
      expect.objectContaining({ code: 'CONCURRENT_CHANGE', details: { expectedVersion: 1, version: 2 } }),
    );
  });

  it.each([
    { found: 'by the next statement', pause: 0 },
    { found: 'between two statements', pause: 100 },
  ])('says UNAVAILABLE when the connection is lost in its midst, found $found', async ({ pause }) => {
    const input = newKey();
    const cut = command(test.db, { by, name: 'openIncident', input }, async (tx) => {
      const [own] = await tx.manager.query<{ pid: number }[]>('select pg_backend_pid() as pid');
      await test.admin('select pg_terminate_backend($1)', [own?.pid]);
      if (pause > 0) await sleep(pause);
      return openOne(tx);
    });
    await expect(cut).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(open(input)).resolves.toHaveProperty('id');
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { handlers } from './events.ts';
import { sendNotice } from './notices.ts';
import { findCustomerNotification } from './queries.ts';
import { listObligations } from './store/stores.ts';
import { createBench, declaredAt as at, mailDomain, manager, meta, writer, type Bench } from './testing/bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.database.drop());

it('R-35 I-35 an exercise goes the whole way, but reaches no recipient and starts no clock', async () => {
  const exerciseId = randomUUID();
  const customer = await bench.aCustomer();
  const incidentId = await bench.anIncident();
  const about = { incidentId, exerciseId, at };
  const opened = { ...about, number: 1, source: 'RED_BLUE_EXERCISE' as const, detectionIds: [randomUUID()] };
  const declared = { basis: ['ACCESS_LIKELY' as const], domains: ['SECURITY' as const], declaredAt: at };
  const scope = {
    ...customer,
    status: 'CONFIRMED' as const,
    subscriptionIds: [customer.subscriptionId],
    dataCategories: [],
  };
  await bench.hear(async (tx) => {
    await handlers.IncidentOpened({ ...opened, firstIndicationAt: at, detectedAt: at }, tx, meta);
    await handlers.ScopeChanged({ ...about, ...scope }, tx, meta);
    await handlers.CrspiDeclared({ ...about, ...declared }, tx, meta);
    await handlers.ExecutionAuthorized(about, tx, meta);
    await handlers.ScopeChanged({ ...about, ...scope }, tx, meta);
  });
  const { id: noticeId, version: expectedVersion } = await bench.anApproved(incidentId, customer.tenantId);
  const sending = bench.write(writer, (tx) => sendNotice(tx, { noticeId, expectedVersion }, mailDomain));
  await expect(sending).rejects.toMatchObject({ code: 'EXERCISE_ISOLATED' });
  expect(await bench.database.admin('select from delivery')).toEqual([]);
  expect(await bench.database.admin('select from advisory')).toEqual([]);
  expect(await bench.look(manager, (tx) => listObligations(tx, incidentId))).toEqual([]);
  const seen = await bench.look(manager, (tx) => findCustomerNotification(tx, incidentId));
  expect(seen?.cin.state).toBe('EXECUTING');
  const sql = `select distinct data::jsonb ->> 'exerciseId' as mark from outbox where data::jsonb ->> 'incidentId' = $1`;
  expect(await bench.database.admin(sql, [incidentId])).toEqual([{ mark: exerciseId }]);
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { command } from '@tocsin/database';
import { aPrincipal } from '@tocsin/testkit';
import { saveContact, saveTenant } from './directory.ts';
import { handlers } from './events.ts';
import { sendNotice } from './notices.ts';
import { findCustomerNotification, findNotice, listAdvisories } from './queries.ts';
import { listDeliveries, listObligations } from './store/stores.ts';
import { tables } from './store/tables.ts';
import { createBench, declaredAt, legal, mailDomain, manager, meta, writer, type Bench } from './testing/bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.database.drop());

const owedIn = async (incidentId: string) => {
  const obligations = await bench.look(manager, (tx) => listObligations(tx, incidentId));
  return obligations.map(({ tenantId }) => tenantId);
};
const stateOf = async (incidentId: string) =>
  (await bench.look(manager, (tx) => findCustomerNotification(tx, incidentId)))?.cin.state;

describe('what is heard', () => {
  it('R-80 a declaration opens an obligation for LIKELY and CONFIRMED tenants only; H-7 twice has one effect', async () => {
    const incidentId = await bench.anIncident();
    const customers = await Promise.all([1, 2, 3, 4].map(() => bench.aCustomer()));
    const [likely, confirmed, suspected, ruledOut] = customers;
    if (!likely || !confirmed || !suspected || !ruledOut) throw new Error('Four customers are needed.');
    for (let times = 0; times < 2; times += 1) {
      await bench.hear((tx) => handlers.SuspicionChanged({ incidentId, active: true, at: declaredAt }, tx, meta));
      await bench.scope(incidentId, likely, 'LIKELY');
      await bench.scope(incidentId, confirmed, 'CONFIRMED');
      await bench.scope(incidentId, suspected, 'SUSPECTED');
      await bench.scope(incidentId, ruledOut, 'RULED_OUT');
      await bench.declare(incidentId);
      await bench.authorize(incidentId);
    }
    expect((await owedIn(incidentId)).sort()).toEqual([likely.tenantId, confirmed.tenantId].sort());
    expect(await stateOf(incidentId)).toBe('EXECUTING');
    const rows = await bench.database.admin('select 1 from outbox where aggregate_id = $1', [incidentId]);
    expect(rows).toHaveLength(3);
  });

  it('R-26 a withdrawn suspicion ends the preparation, a new one begins it again; a declaration is not undone', async () => {
    const incidentId = await bench.anIncident();
    const suspicion = (active: boolean) =>
      bench.hear((tx) => handlers.SuspicionChanged({ incidentId, active, at: declaredAt }, tx, meta));
    const states: unknown[] = [];
    for (const active of [true, false, true]) {
      await suspicion(active);
      states.push(await stateOf(incidentId));
    }
    expect(states).toEqual(['PREPARING', 'STOOD_DOWN', 'PREPARING']);
    await bench.declare(incidentId);
    await suspicion(false);
    expect(await stateOf(incidentId)).toBe('DECLARED');
  });

  it('I-27 a scope that reaches LIKELY after the declaration opens its own clock, from the declaration', async () => {
    const incidentId = await bench.anIncident();
    const customer = await bench.aCustomer();
    await bench.scope(incidentId, customer, 'SUSPECTED');
    await bench.declare(incidentId);
    expect(await owedIn(incidentId)).toEqual([]);
    await bench.scope(incidentId, customer, 'LIKELY');
    const obligations = await bench.look(manager, (tx) => listObligations(tx, incidentId));
    expect(obligations).toEqual([
      expect.objectContaining({ tenantId: customer.tenantId, dueAt: new Date('2026-11-23T09:00:00Z'), metAt: null }),
    ]);
  });

  it('a new affected tenant reopens a fulfilled process', async () => {
    const { incidentId } = await bench.aSent(await bench.aCustomer());
    expect(await stateOf(incidentId)).toBe('FULFILLED');
    await bench.scope(incidentId, await bench.aCustomer(), 'LIKELY');
    expect(await stateOf(incidentId)).toBe('EXECUTING');
  });
});

describe('sendNotice', () => {
  it('R-53 is refused before execution is authorised, and leaves nothing', async () => {
    const incidentId = await bench.anIncident();
    const customer = await bench.aCustomer();
    await bench.scope(incidentId, customer, 'LIKELY');
    await bench.declare(incidentId);
    const { id: noticeId, version: expectedVersion } = await bench.anApproved(incidentId, customer.tenantId);
    const sending = bench.write(writer, (tx) => sendNotice(tx, { noticeId, expectedVersion }, mailDomain));
    await expect(sending).rejects.toMatchObject({ code: 'EXECUTION_NOT_AUTHORIZED' });
    expect(await bench.look(writer, (tx) => listDeliveries(tx, noticeId))).toEqual([]);
  });

  it('twice with one key makes one set of deliveries, and meets the obligation by the portal', async () => {
    const incidentId = await bench.anIncident();
    const customer = await bench.aCustomer();
    await bench.scope(incidentId, customer, 'LIKELY');
    await bench.declare(incidentId);
    await bench.authorize(incidentId);
    const { id: noticeId, version: expectedVersion } = await bench.anApproved(incidentId, customer.tenantId);
    const input = { idempotencyKey: randomUUID(), noticeId, expectedVersion };
    const send = () =>
      command(bench.database.db, { by: writer, name: 'sendNotice', input }, async (tx) => ({
        noticeId: (await sendNotice(tx, input, mailDomain)).id,
      }));
    const [first, again] = await Promise.all([send(), send()]);
    expect(again).toEqual(first);
    expect(await send()).toEqual(first);
    const deliveries = await bench.look(writer, (tx) => listDeliveries(tx, noticeId));
    expect(deliveries.map(({ channel, addressFrozen, state }) => [channel, addressFrozen, state]).sort()).toEqual([
      ['EMAIL', customer.address, 'PLANNED'],
      ['SERVICE_HEALTH_ADVISORY', null, 'DELIVERED'],
    ]);
    expect(await stateOf(incidentId)).toBe('FULFILLED');
  });

  it('S-5 the database itself refuses an approval by the author', async () => {
    const { id } = await bench.aSent(await bench.aCustomer());
    const update = bench.database.admin('update notice set approved_by = author_id where id = $1', [id]);
    await expect(update).rejects.toThrow('notice_four_eyes');
  });
});

describe('who sees what', () => {
  it('S-3 a notice is absent for whoever is no member', async () => {
    const { id, incidentId } = await bench.aSent(await bench.aCustomer());
    const stranger = aPrincipal('LEGAL', { id: 'user:lia' });
    expect(await bench.look(legal, (tx) => findNotice(tx, id))).toMatchObject({ id });
    expect(await bench.look(stranger, (tx) => findNotice(tx, id))).toBeNull();
    expect(await bench.look(stranger, (tx) => findCustomerNotification(tx, incidentId))).toBeNull();
  });

  it('S-13 a query that forgot its where shows a customer its own tenant’s rows only', async () => {
    const [x, y] = [await bench.aCustomer('X'), await bench.aCustomer('Y')];
    for (const customer of [x, y]) {
      const { incidentId } = await bench.aSent(customer);
      const handOver = { incidentId, tenantId: customer.tenantId, at: declaredAt };
      await bench.hear((tx) => handlers.HandOverIssued(handOver, tx, meta));
    }
    const reader = aPrincipal('CUSTOMER_READER', { tenantId: x.tenantId });
    const shared = ['known_member', 'known_scope', 'known_exercise_incident', 'known_action', 'cin', 'hold'];
    for (const table of tables) {
      const rows: Record<string, unknown>[] = await bench.look(reader, (tx) => tx.manager.getRepository(table).find());
      const owners = rows.map((row) => row['tenantId'] ?? row['id']);
      const expected = shared.includes(table.options.name) ? [] : [x.tenantId];
      expect([table.options.name, [...new Set<unknown>(owners)]]).toEqual([table.options.name, expected]);
    }
  });

  it('R-89 the feed of X shows its own advisory and not that of Y', async () => {
    const [x, y] = [await bench.aCustomer('X'), await bench.aCustomer('Y')];
    const [mine] = [await bench.aSent(x), await bench.aSent(y)];
    const reader = aPrincipal('CUSTOMER_READER', { tenantId: x.tenantId });
    const { edges } = await bench.look(reader, (tx) => listAdvisories(tx, { first: 10 }));
    expect(edges.map(({ node }) => node.noticeId)).toEqual([mine.id]);
  });
});

it('H-8 the migrated schema is what the tables say', async () => {
  const { upQueries } = await bench.database.db.source.driver.createSchemaBuilder().log();
  expect(upQueries.map(({ query }) => query)).toEqual([]);
});

describe('the directory', () => {
  const administrator = aPrincipal('PLATFORM_ADMIN');
  const tenant = (id: string) => ({
    tenantId: randomUUID(),
    expectedVersion: 0,
    name: 'Fenwick',
    zone: 'Europe/Dublin',
    locale: 'en',
    subscriptions: [{ id, family: 'AZURE' as const }],
  });

  it('I-26 a tenant cannot be given another tenant’s subscription', async () => {
    const id = randomUUID();
    await bench.write(administrator, (tx) => saveTenant(tx, tenant(id)));
    const second = bench.write(administrator, (tx) => saveTenant(tx, tenant(id)));
    await expect(second).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it.each(['no address', 'a@b.example\r\nBcc: x@y.example', '"quoted part"@b.example', 'a@b.example, c@d.example'])(
    'R-92 the address %j is ADDRESS_INVALID',
    async (address) => {
      const known = tenant(randomUUID());
      await bench.write(administrator, (tx) => saveTenant(tx, known));
      const order = {
        tenantId: known.tenantId,
        expectedVersion: 0,
        roles: ['GLOBAL_ADMIN' as const],
        address,
        locale: 'en',
      };
      const saving = bench.write(administrator, (tx) => saveContact(tx, order));
      await expect(saving).rejects.toMatchObject({ code: 'ADDRESS_INVALID' });
    },
  );
});

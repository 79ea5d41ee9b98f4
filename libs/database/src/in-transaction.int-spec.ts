import { AsyncLocalStorage } from 'node:async_hooks';
import { createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { context, ROOT_CONTEXT, trace, type Context, type ContextManager } from '@opentelemetry/api';
import { aPrincipal, testDatabase, testKeys, type TestDatabase } from '@tocsin/testkit';
import { servicePrincipal } from '@tocsin/access';
import { decisionsOf, inTransaction, outbox, read, signedBytes, type Transaction } from './index.ts';
import {
  anIncident,
  createIncidentTable,
  incidentStore,
  incidentTable,
  reopened,
  type Incident,
} from './spec-incident.ts';

const by = aPrincipal('INCIDENT_MANAGER');
const reopen = { by, action: 'reopenIncident' };

describe('a transaction', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await testDatabase('incident', [incidentTable], { migrations: null });
    await createIncidentTable(test);
  });
  afterAll(() => test.drop());

  const open = (incident: Incident): Promise<Incident> =>
    inTransaction(test.db, reopen, (tx) => tx.commit(incidentStore, reopened(incident, tx.now, true)));

  const tracesOf = async (id: string): Promise<Record<string, unknown> | undefined> => {
    const [counts] = await test.admin(
      `select (select count(*)::int from incident where id = $1) as states,
         (select count(*)::int from outbox where aggregate_id = $1) as events,
         (select count(*)::int from decision where aggregate_id = $1) as decisions,
         (select count(*)::int from audit where subject = 'incident:' || $1::text) as audits`,
      [id],
    );
    return counts;
  };

  it('H-4 keeps state, event, decision and audit row together', async () => {
    const incident = await open(anIncident());
    expect(await tracesOf(incident.id)).toEqual({ states: 1, events: 1, decisions: 1, audits: 1 });
  });

  it('H-4 leaves none of them when the work fails after the commit of the change', async () => {
    const incident = anIncident();
    const failing = inTransaction(test.db, reopen, async (tx) => {
      await tx.commit(incidentStore, reopened(incident, tx.now, true));
      throw new Error('too late');
    });
    await expect(failing).rejects.toThrow('too late');
    expect(await tracesOf(incident.id)).toEqual({ states: 0, events: 0, decisions: 0, audits: 0 });
  });

  it('S-39 changes nothing when the audit row cannot be written', async () => {
    await test.admin('revoke execute on function audit_append(text, text, text, text) from incident_app');
    const incident = anIncident();
    await expect(open(incident)).rejects.toThrow('permission denied');
    await test.admin('grant execute on function audit_append(text, text, text, text) to incident_app');
    expect(await tracesOf(incident.id)).toEqual({ states: 0, events: 0, decisions: 0, audits: 0 });
  });

  it('audits who did what, with ids and numbers only, in the canonical form', async () => {
    const incident = await open(anIncident());
    const [decision] = await read(test.db, by, (tx) => decisionsOf(tx, 'incident', incident.id));
    const [row] = await test.admin('select actor, action, body from audit where subject = $1', [
      `incident:${incident.id}`,
    ]);
    const body = `{"decisions":["${decision?.id}"],"events":["IncidentReopened"],"version":1}`;
    expect(row).toEqual({ actor: 'user:ima', action: 'reopenIncident', body });
  });

  it('E-3 numbers the events of an aggregate without gaps, and wakes the relay after the commit', async () => {
    let woken = 0;
    test.db.onAnnounced(() => (woken += 1));
    const incident = await open(anIncident());
    for (let version = 1; version <= 2; version += 1) {
      await inTransaction(test.db, reopen, async (tx) =>
        tx.commit(incidentStore, reopened(await incidentStore(tx).get(incident.id), tx.now)),
      );
    }
    const rows = await test.admin('select aggregate_seq as seq from outbox where aggregate_id = $1 order by id', [
      incident.id,
    ]);
    expect(rows.map((row) => row['seq'])).toEqual(['1', '2', '3']);
    expect(woken).toBe(3);
  });

  it('S-50 signs the event with the key of its service', async () => {
    const incident = await open(anIncident());
    const shard = Number.parseInt(incident.id.slice(-1), 16) & 3;
    const row = (await outbox.readBatch(test.db, shard)).find(({ aggregateId }) => aggregateId === incident.id);
    if (row === undefined) throw new Error('The event is not in its shard.');
    const { eventId: id, type, aggregateId: subject, occurredAt, data, headers } = row;
    const facts = { id, source: '/tocsin/incident', type, subject, time: occurredAt.toISOString() };
    const [kid, signature = ''] = headers['tocsin-sig']?.split('.') ?? [];
    const { eventJwks } = await testKeys();
    const jwk = eventJwks.incident.keys.find((key) => key.kid === kid) as JsonWebKey;
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    const isGenuine = (value: string): boolean =>
      verify(null, signedBytes(facts, value), key, Buffer.from(signature, 'base64url'));
    expect(isGenuine(data)).toBe(true);
    expect(isGenuine(data.replace('"cycle":1', '"cycle":2'))).toBe(false);
    expect(id[14]).toBe('7');
  });

  it('refuses an event of another service', async () => {
    const stranger = await testDatabase('notification', [incidentTable], { migrations: null });
    const sending = inTransaction(stranger.db, reopen, async (tx) => {
      const { events } = reopened(anIncident(), tx.now, true);
      const nothing = { ...incidentStore(tx), save: () => Promise.resolve() };
      await tx.commit(() => nothing, { state: anIncident(), events });
    });
    await expect(sending).rejects.toThrow('IncidentReopened is not an event of notification.');
    await stranger.drop();
  });

  it('does a deadlocked transaction again', async () => {
    const [a, b] = [await open(anIncident()), await open(anIncident())];
    let attempts = 0;
    // Each goes on only when the other holds its first row too: the deadlock does not depend on who is how fast.
    let locked = 0;
    let meet = (): void => undefined;
    const bothLocked = new Promise<void>((resolve) => (meet = resolve));
    const touchBoth = (first: Incident, second: Incident): Promise<void> =>
      inTransaction(test.db, reopen, async (tx) => {
        attempts += 1;
        await tx.manager.query('update incident set cycle = cycle + 1 where id = $1', [first.id]);
        locked += 1;
        if (locked === 2) meet();
        await bothLocked;
        await tx.manager.query('update incident set cycle = cycle + 1 where id = $1', [second.id]);
      });
    await Promise.all([touchBoth(a, b), touchBoth(b, a)]);
    expect(attempts).toBe(3);
    expect((await read(test.db, by, (tx) => incidentStore(tx).get(a.id))).cycle).toBe(3);
  });

  it.each([
    ['a member of staff', by, { scope: 'staff', tenant: '' }],
    ['a service', servicePrincipal('incident'), { scope: 'staff', tenant: '' }],
    [
      'a customer',
      aPrincipal('CUSTOMER_READER', { tenantId: '7f1c9a52-6d0e-4a4b-9a56-0f3f6f0d2c11' }),
      { scope: 'tenant', tenant: '7f1c9a52-6d0e-4a4b-9a56-0f3f6f0d2c11' },
    ],
  ])('S-13 tells row security that %s asks', async (_, principal, expected) => {
    const askSettings = (tx: Transaction): Promise<unknown> =>
      tx.manager.query(`select current_setting('app.scope') as scope, current_setting('app.tenant_id') as tenant,
        current_setting('app.principal_id') as id`);
    const told = [{ ...expected, id: principal.id }];
    expect(await read(test.db, principal, askSettings)).toEqual(told);
    expect(await inTransaction(test.db, { by: principal, action: 'reopenIncident' }, askSettings)).toEqual(told);
    // Nothing stays behind on the pooled connection.
    const left = await test.db.source.query(`select coalesce(current_setting('app.principal_id', true), '') as id`);
    expect(left).toEqual([{ id: '' }]);
  });

  it('S-13 shows no decision to a customer', async () => {
    const incident = await open(anIncident());
    const seenBy = async (who: typeof by): Promise<number> =>
      (await read(test.db, who, (tx) => decisionsOf(tx, 'incident', incident.id))).length;
    expect(await seenBy(by)).toBe(1);
    expect(await seenBy(aPrincipal('CUSTOMER_ADMIN'))).toBe(0);
  });

  it('cannot write when it only reads', async () => {
    const writing = read(test.db, by, (tx) => tx.commit(incidentStore, reopened(anIncident(), tx.now, true)));
    await expect(writing).rejects.toThrow('read-only transaction');
  });

  it('carries the trace in which the event was decided', async () => {
    const parent = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
    const span = trace.wrapSpanContext(parent);
    context.setGlobalContextManager(contextManager());
    const incident = await context.with(trace.setSpan(context.active(), span), () => open(anIncident()));
    context.disable();
    const [row] = await test.admin(`select headers->>'traceparent' as parent from outbox where aggregate_id = $1`, [
      incident.id,
    ]);
    expect(row).toEqual({ parent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });
  });
});

/** What the telemetry of libs/runtime installs, in its smallest form. */
function contextManager(): ContextManager {
  const storage = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, work, self, ...args) => storage.run(active, () => work.call(self as never, ...args)),
    bind: (_, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  return manager;
}

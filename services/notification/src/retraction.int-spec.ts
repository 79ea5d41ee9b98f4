import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aPrincipal, eventually } from '@tocsin/testkit';
import { saveContact } from './directory.ts';
import type { Notice } from './domain/notice.ts';
import { clockOf } from './domain/obligation.ts';
import { handlers } from './events.ts';
import { approveNotice, draftNotice, meetObligations, sendNotice } from './notices.ts';
import { findCustomerNotification, findNotice, listAdvisories } from './queries.ts';
import { listDeliveries } from './store/stores.ts';
import {
  admin,
  createBench,
  declaredAt,
  legal,
  mailDomain,
  manager,
  meta,
  writer,
  type Bench,
  type Customer,
} from './testing/bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.database.drop());

const seen = async (incidentId: string) => {
  const found = await bench.look(manager, (tx) => findCustomerNotification(tx, incidentId));
  if (found === null) throw new Error('The manager sees it.');
  const { cin, obligations, notices, now } = found;
  return { cin, notices, clocks: obligations.map((obligation) => clockOf(obligation, now)) };
};
const stateOf = async (incidentId: string) => (await seen(incidentId)).cin.state;
const withdrawalOf = async ({ id, incidentId }: Notice): Promise<Notice> => {
  const found = (await seen(incidentId)).notices.find(({ follows }) => follows === id);
  if (found === undefined) throw new Error('No withdrawal follows.');
  return found;
};
const ledger = async ({ id }: Pick<Notice, 'id'>) => {
  const deliveries = await bench.look(writer, (tx) => listDeliveries(tx, id));
  return deliveries.map(({ channel, addressFrozen, state }) => [channel, addressFrozen, state]).sort();
};
/** However long ago the bench's declaration is by now. */
const isMet = expect.stringMatching(/^MET/);
const isRunning = expect.stringMatching(/^(RUNNING|DUE_SOON|OVERDUE)$/);
/** The mail server has taken it. */
const accepted = ({ id }: Notice): Promise<unknown> =>
  bench.database.admin(`update delivery set state = 'ACCEPTED' where notice_id = $1 and channel = 'EMAIL'`, [id]);
const approve = ({ id: noticeId, version: expectedVersion }: Notice) =>
  bench.write(legal, (tx) => approveNotice(tx, { noticeId, expectedVersion, reason: 'it does not hold' }));
const send = ({ id: noticeId, version: expectedVersion }: Notice) =>
  bench.write(writer, (tx) => sendNotice(tx, { noticeId, expectedVersion }, mailDomain));
const sendTo = async (incidentId: string, { tenantId }: Customer) => send(await bench.anApproved(incidentId, tenantId));

/** Declared, authorised, and each customer LIKELY. */
async function anExecuting(...customers: Customer[]): Promise<string> {
  const incidentId = await bench.anIncident();
  for (const customer of customers) await bench.scope(incidentId, customer, 'LIKELY');
  await bench.declare(incidentId);
  await bench.authorize(incidentId);
  return incidentId;
}

describe('when a declaration is retracted', () => {
  it('I-7 running clocks end, unsent notices are cancelled, and each sent one has a withdrawal; H-7 once', async () => {
    const [told, untold] = [await bench.aCustomer('Told'), await bench.aCustomer('Untold')];
    const incidentId = await anExecuting(told, untold);
    const sent = await sendTo(incidentId, told);
    const approved = await bench.anApproved(incidentId, untold.tenantId);
    for (let times = 0; times < 2; times += 1) await bench.retract(incidentId);
    const { cin, notices, clocks } = await seen(incidentId);
    expect(cin).toMatchObject({ state: 'EXECUTING', declaredAt: null, retractedAt: expect.any(Date) });
    expect(clocks.sort()).toEqual(['CANCELLED', isMet]);
    expect(notices.map(({ id, phase, state }) => [id === approved.id, phase, state]).sort()).toEqual([
      [false, 'INITIAL', 'SENT'],
      [false, 'WITHDRAWAL', 'DRAFT'],
      [true, 'INITIAL', 'CANCELLED'],
    ]);
    expect(await withdrawalOf(sent)).toMatchObject({ tenantId: told.tenantId, authorId: 'service:notification' });
    await expect(send(approved)).rejects.toMatchObject({ code: 'CONCURRENT_CHANGE' });
    const types = await bench.database.admin(`select type from outbox where data like $1`, [`%CANCELLED%`]);
    expect(types).toContainEqual({ type: 'tocsin.notification.ObligationChanged.v3' });
  });

  it('I-7 and nothing was sent, the process stands down at once', async () => {
    const customer = await bench.aCustomer();
    const incidentId = await anExecuting(customer);
    await bench.anApproved(incidentId, customer.tenantId);
    await bench.retract(incidentId);
    expect(await seen(incidentId)).toMatchObject({ cin: { state: 'STOOD_DOWN' }, clocks: ['CANCELLED'] });
  });

  it('I-7 a suspicion that comes and goes meanwhile does not end it before the withdrawal is sent', async () => {
    const sent = await bench.aSent(await bench.aCustomer());
    const { incidentId } = sent;
    await bench.retract(incidentId);
    const suspicion = (active: boolean) =>
      bench.hear((tx) => handlers.SuspicionChanged({ incidentId, active, at: declaredAt }, tx, meta));
    for (const active of [true, false, true, false]) await suspicion(active);
    expect(await stateOf(incidentId)).toBe('PREPARING');
    await send(await approve(await withdrawalOf(sent)));
    expect(await stateOf(incidentId)).toBe('STOOD_DOWN');
  });

  it('I-7 a mail that has not left is cancelled, and its reader hears nothing; the portal’s does', async () => {
    const sent = await bench.aSent(await bench.aCustomer());
    await bench.retract(sent.incidentId);
    expect((await ledger(sent)).map(([, , state]) => state).sort()).toEqual(['CANCELLED', 'DELIVERED']);
    const withdrawal = await send(await approve(await withdrawalOf(sent)));
    expect(await ledger(withdrawal)).toEqual([['SERVICE_HEALTH_ADVISORY', null, 'DELIVERED']]);
  });
});

describe('a withdrawal', () => {
  it('I-7 I-25 asks for its approval only: not for G4, nor for the scope of its tenant', async () => {
    const customer = await bench.aCustomer();
    const sent = await bench.aSent(customer);
    await bench.scope(sent.incidentId, customer, 'RULED_OUT');
    await bench.retract(sent.incidentId);
    const withdrawal = await withdrawalOf(sent);
    await expect(send(withdrawal)).rejects.toMatchObject({ code: 'NOTICE_NOT_APPROVED' });
    expect(await stateOf(sent.incidentId)).toBe('FULFILLED');
    await send(await approve(withdrawal));
    expect(await stateOf(sent.incidentId)).toBe('STOOD_DOWN');
    expect(await bench.look(legal, (tx) => findNotice(tx, sent.id))).toMatchObject({ state: 'SUPERSEDED' });
  });

  it('I-7 goes to exactly those whom the notice reached, at the address of then', async () => {
    const customer = await bench.aCustomer();
    const sent = await bench.aSent(customer);
    await accepted(sent);
    const { tenantId } = customer;
    const newcomer = { tenantId, expectedVersion: 0, roles: ['SECURITY_CONTACT' as const], locale: 'en' };
    await bench.write(admin, (tx) => saveContact(tx, { ...newcomer, address: `new@${tenantId}.example` }));
    await bench.database.admin(`update contact set address = 'moved@x.example' where address = $1`, [customer.address]);
    await bench.retract(sent.incidentId);
    const withdrawal = await send(await approve(await withdrawalOf(sent)));
    expect(await ledger(withdrawal)).toEqual([
      ['EMAIL', customer.address, 'PLANNED'],
      ['SERVICE_HEALTH_ADVISORY', null, 'DELIVERED'],
    ]);
    const reader = aPrincipal('CUSTOMER_READER', { tenantId });
    const { edges } = await bench.look(reader, (tx) => listAdvisories(tx, { first: 10 }));
    expect(edges.map(({ node }) => node.body)).toEqual([withdrawal.body, sent.body]);
  });

  it('I-7 the last one ends the process, also when two are sent at the same time', async () => {
    const customers = [await bench.aCustomer(), await bench.aCustomer()];
    const incidentId = await anExecuting(...customers);
    const sent = [];
    for (const customer of customers) sent.push(await sendTo(incidentId, customer));
    await bench.retract(incidentId);
    const approved = [];
    for (const notice of sent) approved.push(await approve(await withdrawalOf(notice)));
    await oneBesideTheOther(approved);
    expect(await stateOf(incidentId)).toBe('STOOD_DOWN');
  });

  /** Sends the second while the first is sent and not yet committed: it waits, or is done before that. */
  async function oneBesideTheOther([one, other]: readonly Notice[]): Promise<void> {
    if (one === undefined || other === undefined) throw new Error('Two are needed.');
    const { id: noticeId, version: expectedVersion } = one;
    const waits = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    let isOver = false;
    const second: Promise<unknown>[] = [];
    await bench.write(writer, async (tx) => {
      await sendNotice(tx, { noticeId, expectedVersion }, mailDomain);
      second.push(send(other).finally(() => (isOver = true)));
      await eventually(async () => {
        expect(isOver || (await bench.database.admin(waits)).length > 0).toBe(true);
      });
    });
    await Promise.all(second);
  }

  it('is drafted by a retraction, not by hand, and once', async () => {
    const customer = await bench.aCustomer();
    const sent = await bench.aSent(customer);
    const order = { incidentId: sent.incidentId, tenantId: customer.tenantId, phase: 'WITHDRAWAL' as const };
    const recommendedActions = [...sent.fields.recommendedActions];
    const byHand = { ...order, fields: { ...sent.fields, recommendedActions } };
    await expect(bench.write(writer, (tx) => draftNotice(tx, byHand as never))).rejects.toThrow('phase');
    await bench.retract(sent.incidentId);
    const { id } = await withdrawalOf(sent);
    const copy = `insert into notice select (jsonb_populate_record(notice, jsonb_build_object('id', $2::text))).*
      from notice where id = $1`;
    await expect(bench.database.admin(copy, [id, randomUUID()])).rejects.toThrow('notice_withdrawn_once');
  });
});

describe('a declaration after a retraction', () => {
  const again = '2026-11-22T09:00:00.000Z';

  it('I-14 begins anew: its own obligations and clock, and gate G4 to pass', async () => {
    const customer = await bench.aCustomer();
    const sent = await bench.aSent(customer);
    const { incidentId } = sent;
    await bench.retract(incidentId);
    await send(await approve(await withdrawalOf(sent)));
    await bench.declare(incidentId, again);
    const { cin, clocks } = await seen(incidentId);
    expect(cin).toMatchObject({ state: 'DECLARED', declaredAt: new Date(again), retractedAt: null });
    expect(clocks).toEqual([isMet, isRunning]);
    const notice = await bench.anApproved(incidentId, customer.tenantId);
    await expect(send(notice)).rejects.toMatchObject({ code: 'EXECUTION_NOT_AUTHORIZED' });
    await bench.authorize(incidentId);
    expect(await stateOf(incidentId)).toBe('EXECUTING');
    await send(notice);
    expect(await stateOf(incidentId)).toBe('FULFILLED');
  });

  it('I-7 does not wait for the withdrawals, and they neither meet nor end it', async () => {
    const customer = await bench.aCustomer();
    const sent = await bench.aSent(customer);
    const { incidentId } = sent;
    await bench.retract(incidentId);
    await bench.declare(incidentId, again);
    await bench.authorize(incidentId);
    const withdrawal = await send(await approve(await withdrawalOf(sent)));
    // As when its mail is accepted.
    await bench.write(writer, (tx) => meetObligations(tx, withdrawal));
    const { cin, clocks } = await seen(incidentId);
    expect(cin.state).toBe('EXECUTING');
    expect(clocks).toEqual([isMet, isRunning]);
  });

  it('R-26 nor does a new suspicion', async () => {
    const { incidentId } = await bench.aSent(await bench.aCustomer());
    await bench.retract(incidentId);
    await bench.hear((tx) => handlers.SuspicionChanged({ incidentId, active: true, at: declaredAt }, tx, meta));
    expect(await stateOf(incidentId)).toBe('PREPARING');
  });
});

import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '@tocsin/runtime';
import { eventually } from '@tocsin/testkit';
import { SMTPServer } from 'smtp-server';
import { createDeliveryWorker } from './deliveries.ts';
import type { Delivery } from './domain/delivery.ts';
import { approveNotice, meetObligations, sendNotice } from './notices.ts';
import { listDeliveries, listNotices, listObligations } from './store/stores.ts';
import { createBench, legal, mailDomain, writer, type Bench } from './testing/bench.ts';

let bench: Bench;
let sink: SMTPServer;
let smtpUrl: string;
const taken: string[] = [];

beforeAll(async () => {
  bench = await createBench();
  sink = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, { envelope }, done) => {
      taken.push(...envelope.rcptTo.map(({ address }) => address));
      stream.on('end', () => done()).resume();
    },
  });
  await new Promise<void>((resolve) => void sink.listen(0, '127.0.0.1', resolve));
  smtpUrl = `smtp://127.0.0.1:${(sink.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise<void>((resolve) => sink.close(() => resolve()));
  await bench.database.drop();
});

const mailOf = async (noticeId: string): Promise<Delivery | undefined> => {
  const deliveries = await bench.look(writer, (tx) => listDeliveries(tx, noticeId));
  return deliveries.find(({ channel }) => channel === 'EMAIL');
};

/** Lets so many workers work until `check` passes. */
async function working(workers: number, check: () => Promise<void>): Promise<void> {
  const settings = { smtpUrl, from: 'notices@provider.example' };
  const log = createLogger('notification', 'silent');
  const loops = Array.from({ length: workers }, () => createDeliveryWorker(bench.database.db, settings, log));
  for (const loop of loops) await loop.start();
  try {
    await eventually(check);
  } finally {
    for (const loop of loops) await loop.stop();
  }
}

describe('the delivery worker', () => {
  it('sends each mail once, also when there are two of it', async () => {
    const customers = await Promise.all([1, 2, 3].map(() => bench.aCustomer()));
    const notices = await Promise.all(customers.map((customer) => bench.aSent(customer)));
    await working(2, async () => {
      const mails = await Promise.all(notices.map(({ id }) => mailOf(id)));
      for (const mail of mails) expect(mail).toMatchObject({ state: 'ACCEPTED', attempt: 1, replyCode: 250 });
    });
    expect(taken.sort()).toEqual(customers.map(({ address }) => address).sort());
  });

  it('E-12 a mail whose lease ran out is IN_DOUBT, and never sent again by itself', async () => {
    const customer = await bench.aCustomer();
    const { id } = await bench.aSent(customer);
    await bench.database.admin(
      `update delivery set state = 'SUBMITTING', attempt = 1, version = version + 1, next_attempt_at = null,
         lease_until = now() - interval '1 second' where notice_id = $1 and channel = 'EMAIL'`,
      [id],
    );
    const other = await bench.aCustomer();
    const { id: later } = await bench.aSent(other);
    await working(1, async () => {
      expect(await mailOf(id)).toMatchObject({ state: 'IN_DOUBT', attempt: 1 });
      expect(await mailOf(later)).toMatchObject({ state: 'ACCEPTED' });
    });
    expect(taken).not.toContain(customer.address);
  });

  it('I-7 E-11 a deferred mail that comes due after its notice was withdrawn is CANCELLED, never sent', async () => {
    const customer = await bench.aCustomer();
    const { id, incidentId } = await bench.aSent(customer);
    const deferAs = (state: string, due: string) =>
      bench.database.admin(
        `update delivery set state = $2, next_attempt_at = ${due}, version = version + 1,
           lease_until = case $2 when 'SUBMITTING' then now() + interval '1 minute' end
         where notice_id = $1 and channel = 'EMAIL'`,
        [id, state],
      );
    // Under way while the declaration is retracted, and then the server had no time for it.
    await deferAs('SUBMITTING', 'null');
    await bench.retract(incidentId);
    await deferAs('DEFERRED', 'now()');
    await working(1, async () => expect(await mailOf(id)).toMatchObject({ state: 'CANCELLED' }));
    expect(taken).not.toContain(customer.address);
  });

  it('R-85 what is queued and held waits, and leaves once it is released', async () => {
    const customer = await bench.aCustomer();
    const { id, incidentId } = await bench.aSent(customer);
    // As of a tenant that is only mailed to: its obligation is still open.
    const hold = (since: string) =>
      bench.database.admin(`update obligation set met_at = null, held_since = ${since} where incident_id = $1`, [
        incidentId,
      ]);
    await hold('now()');
    const { id: later } = await bench.aSent(await bench.aCustomer());
    await working(1, async () => expect(await mailOf(later)).toMatchObject({ state: 'ACCEPTED' }));
    expect(await mailOf(id)).toMatchObject({ state: 'PLANNED', attempt: 0 });
    expect(taken).not.toContain(customer.address);
    await hold('null');
    await working(1, async () => expect(await mailOf(id)).toMatchObject({ state: 'ACCEPTED' }));
    expect(taken).toContain(customer.address);
  });

  it('I-7 R-85 a withdrawal does not wait for a hold of what a new declaration owes', async () => {
    const customer = await bench.aCustomer();
    const { id, incidentId } = await bench.aSent(customer);
    await working(1, async () => expect(await mailOf(id)).toMatchObject({ state: 'ACCEPTED' }));
    await bench.retract(incidentId);
    await bench.declare(incidentId, '2026-11-22T09:00:00.000Z');
    await bench.database.admin(
      'update obligation set held_since = now() where incident_id = $1 and cancelled_at is null and met_at is null',
      [incidentId],
    );
    const notices = await bench.look(writer, (tx) => listNotices(tx, incidentId));
    const step = { noticeId: notices.find(({ follows }) => follows === id)?.id ?? '', reason: 'it does not hold' };
    await bench.write(legal, (tx) => approveNotice(tx, { ...step, expectedVersion: 1 }));
    await bench.write(writer, (tx) => sendNotice(tx, { ...step, expectedVersion: 2 }, mailDomain));
    await working(1, async () => expect(await mailOf(step.noticeId)).toMatchObject({ state: 'ACCEPTED' }));
  });

  it('I-7 a mail that is accepted after its notice was withdrawn meets nothing of a new declaration', async () => {
    const sent = await bench.aSent(await bench.aCustomer());
    const { id, incidentId } = sent;
    const underWay = await mailOf(id);
    if (underWay === undefined) throw new Error('A mail is planned.');
    await bench.database.admin(`update delivery set state = 'SUBMITTING' where id = $1`, [underWay.id]);
    await bench.retract(incidentId);
    await bench.declare(incidentId, '2026-11-22T09:00:00.000Z');
    await bench.write(writer, (tx) => meetObligations(tx, sent));
    const obligations = await bench.look(writer, (tx) => listObligations(tx, incidentId));
    expect(obligations.map(({ metAt }) => metAt === null)).toEqual([false, true]);
  });

  it('a lease that still runs is another worker’s: it is let alone', async () => {
    const customer = await bench.aCustomer();
    const { id } = await bench.aSent(customer);
    await bench.database.admin(
      `update delivery set state = 'SUBMITTING', lease_until = now() + interval '1 minute', next_attempt_at = null
       where notice_id = $1 and channel = 'EMAIL'`,
      [id],
    );
    const { id: later } = await bench.aSent(await bench.aCustomer());
    await working(1, async () => expect(await mailOf(later)).toMatchObject({ state: 'ACCEPTED' }));
    expect(await mailOf(id)).toMatchObject({ state: 'SUBMITTING' });
    expect(taken).not.toContain(customer.address);
  });
});

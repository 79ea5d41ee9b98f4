import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Principal } from '@tocsin/access';
import { createLogger, isSignedBy, type Logger } from '@tocsin/runtime';
import { aPrincipal, eventually } from '@tocsin/testkit';
import type { Incident } from './domain/incident.ts';
import { handlers } from './events.ts';
import { savePageContact, type PageContactOrder } from './page-contacts.ts';
import { listPages, type PageWithMessages } from './page-reads.ts';
import { createPageWorker } from './page-worker.ts';
import { acknowledgePage } from './pages.ts';
import { saveStaffMember } from './staff.ts';
import { admin, createBench, manager, meta, responder, type Bench } from './testing/bench.ts';
import { localRequest, secret, startMailServer, startReceiver, type MailSink } from './testing/receivers.ts';

const executive = aPrincipal('EXECUTIVE_INCIDENT_MANAGER');
const safeRequest = localRequest();
const addressOf = ({ id }: Principal): string => `${id.slice(5)}@p.example`;

let bench: Bench;
let mail: MailSink;
let log: Logger;
beforeAll(async () => {
  bench = await createBench();
  await bench.write(admin, (tx) =>
    saveStaffMember(tx, { principalId: executive.id, name: 'E', roles: ['EXECUTIVE_INCIDENT_MANAGER'], onCall: false }),
  );
});
afterAll(() => bench.database.drop());
beforeEach(async () => {
  mail = await startMailServer();
  log = createLogger('incident', 'silent');
  await bench.database.admin('delete from page');
  await bench.database.admin('delete from page_message');
  await bench.database.admin('delete from page_contact');
});
afterEach(() => mail.stop());

const reach = (person: Principal, patch: Partial<PageContactOrder> = { email: addressOf(person) }) =>
  bench.write(admin, (tx) => {
    const none = { principalId: person.id, email: null, webhookUrl: null, webhookSecret: null };
    return savePageContact(tx, { ...none, ...patch }, safeRequest.check);
  });
const pageOf = async (incidentId: string): Promise<PageWithMessages> => {
  const [found] = await bench.look(responder, (tx) => listPages(tx, [incidentId]));
  return found!.value[0]!;
};
/** As if the wait were over. */
const waitIsOver = (incidentId: string) =>
  bench.database.admin(
    `update page set next_step_at = now() where incident_id = $1 and state in ('OPEN', 'UNREACHABLE')`,
    [incidentId],
  );
const pauseIsOver = () =>
  bench.database.admin(`update page_message set next_attempt_at = now() where state = 'PLANNED'`);
const sentTo = (): string[] => mail.taken.map(({ to }) => to).sort();

/** Lets so many workers work until `check` passes. */
async function working<T>(check: () => Promise<T>, workers = 1, smtpUrl = mail.url): Promise<T> {
  const settings = {
    mail: { smtpUrl, from: 'tocsin@p.example', domain: 'mail.example' },
    safeRequest,
    acknowledgeMinutes: 5,
  };
  const loops = Array.from({ length: workers }, () => createPageWorker(bench.database.db, settings, log));
  for (const loop of loops) await loop.start();
  try {
    return await eventually(check);
  } finally {
    for (const loop of loops) await loop.stop();
  }
}

const untilSent = (incidentId: string, count: number) => async (): Promise<PageWithMessages> => {
  const found = await pageOf(incidentId);
  expect(found.messages.filter(({ state }) => state === 'SENT')).toHaveLength(count);
  return found;
};

describe('R-02 an incident opens', () => {
  it('the responder on call has a mail with its number and ids, and nothing else about it', async () => {
    await reach(responder);
    const incident = await bench.anIncident();
    const called = await working(untilSent(incident.id, 1));
    expect(sentTo()).toEqual([addressOf(responder)]);
    const source = mail.taken[0]!.source.replaceAll('=\r\n', '');
    expect(source).toContain(`incident ${String(incident.number)}`);
    for (const text of [
      called.id,
      incident.id,
      'Auto-Submitted: auto-generated',
      `<${called.messages[0]!.id}@mail.example>`,
    ])
      expect(source).toContain(text);
    expect(called).toMatchObject({ state: 'OPEN', round: 1, step: 1 });
    const waitMs = called.nextStepAt!.getTime() - called.messages[0]!.plannedAt.getTime();
    expect(waitMs).toBe(5 * 60_000);
  });

  it('I-35 the page of a conflict tells its kind, that of a drill which may be real too', async () => {
    await reach(responder);
    const { id: incidentId } = await bench.anIncident();
    await working(untilSent(incidentId, 1));
    const conflict = { incidentId, conflictId: randomUUID(), kind: 'EXERCISE_BUT_REAL', open: true } as const;
    await bench.hear((tx) => handlers.ConflictChanged({ ...conflict, at: '2026-11-20T09:00:00.000Z' }, tx, meta));
    await working(() => Promise.resolve(expect(mail.taken.length).toBe(2)));
    const source = mail.taken[1]!.source.replaceAll('=\r\n', '');
    expect(source).toContain('it may be real.');
    expect(source).toMatch(/Kind: +EXERCISE_BUT_REAL/);
  });

  it('a webhook is signed, thin, and tried again until the receiver takes it', async () => {
    const receiver = await startReceiver((before, response) => response.writeHead(before === 0 ? 503 : 204).end());
    try {
      await reach(responder, { webhookUrl: receiver.url, webhookSecret: secret });
      const incident = await bench.anIncident();
      await working(async () => {
        expect((await pageOf(incident.id)).messages[0]!.attempts).toBeGreaterThan(0);
      });
      await pauseIsOver();
      const called = await working(untilSent(incident.id, 1));
      const [first, second] = receiver.received;
      expect(called.messages[0]).toMatchObject({ channel: 'WEBHOOK', attempts: 2 });
      expect(second!.body).toBe(first!.body);
      expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
      expect(JSON.parse(first!.body)).toEqual({
        type: 'tocsin.page',
        timestamp: called.messages[0]!.plannedAt.toISOString(),
        data: {
          pageId: called.id,
          incidentNumber: incident.number,
          kind: 'INCIDENT_OPENED',
          subjectId: incident.id,
          step: 1,
        },
      });
      for (const { headers, body } of receiver.received)
        expect(isSignedBy(secret, headers, body, Date.now() / 1_000)).toBe(true);
    } finally {
      await receiver.stop();
    }
  });
});

describe('R-02 nobody acknowledges', () => {
  it('once the wait is over the manager is called, then an executive, then the chain begins again', async () => {
    for (const person of [responder, manager, executive]) await reach(person);
    await bench.database.admin('update staff_member set on_call = true where principal_id = $1', [executive.id]);
    const incident = await bench.anIncident();
    // The executive on call was joined to the incident as well; he is called in his own step all the same.
    for (const count of [1, 2, 3, 4]) {
      await working(untilSent(incident.id, count));
      await waitIsOver(incident.id);
    }
    await bench.database.admin('update staff_member set on_call = false where principal_id = $1', [executive.id]);
    const { messages } = await pageOf(incident.id);
    expect(messages.map(({ round, step, principalId }) => [round, step, principalId])).toEqual([
      [1, 1, responder.id],
      [1, 3, manager.id],
      [1, 4, executive.id],
      [2, 1, responder.id],
    ]);
  });

  it('before the wait is over nobody else is called', async () => {
    await reach(responder);
    await reach(manager);
    const incident = await bench.anIncident();
    await working(untilSent(incident.id, 1));
    const other = await bench.anIncident();
    await working(untilSent(other.id, 1), 2);
    expect((await pageOf(incident.id)).messages).toHaveLength(1);
  });

  it('an acknowledgement stops it, also for what was planned and not sent', async () => {
    await reach(responder);
    await reach(manager);
    const incident = await bench.anIncident();
    const called = await working(untilSent(incident.id, 1));
    await waitIsOver(incident.id);
    await bench.write(responder, (tx) => acknowledgePage(tx, { pageId: called.id }));
    await bench.database.admin(
      `insert into page_message (id, version, page_id, round, step, principal_id, channel, state, attempts, planned_at, next_attempt_at)
       values (gen_random_uuid(), 1, $1, 1, 3, $2, 'EMAIL', 'PLANNED', 0, now(), now())`,
      [called.id, manager.id],
    );
    const later = await bench.anIncident();
    await working(untilSent(later.id, 1));
    await working(async () => expect((await pageOf(incident.id)).messages[1]).toMatchObject({ state: 'CANCELLED' }));
    expect(await pageOf(incident.id)).toMatchObject({ state: 'ACKNOWLEDGED', step: 1 });
    expect(sentTo()).toEqual([addressOf(responder), addressOf(responder)]);
  });

  it('after three rounds it stays visible, with an error in the log', async () => {
    await reach(responder);
    const errors = jest.spyOn(log, 'error');
    const incident = await bench.anIncident();
    for (const count of [1, 2, 3]) {
      await working(untilSent(incident.id, count));
      await waitIsOver(incident.id);
    }
    await working(async () => expect(await pageOf(incident.id)).toMatchObject({ state: 'UNACKNOWLEDGED', round: 3 }));
    expect(errors.mock.calls).toMatchObject([[{ incidentId: incident.id, kind: 'INCIDENT_OPENED' }, /acknowledged/]]);
    expect(JSON.stringify(errors.mock.calls)).not.toContain('@');
  });
});

describe('R-02 nobody can be reached', () => {
  it('is visible and an error in the log, and who gets a contact later is called', async () => {
    const errors = jest.spyOn(log, 'error');
    const incident = await bench.anIncident();
    await working(async () => expect(await pageOf(incident.id)).toMatchObject({ state: 'UNREACHABLE', messages: [] }));
    expect(errors.mock.calls).toMatchObject([[{ incidentId: incident.id }, /reaches nobody/]]);
    await reach(manager);
    await waitIsOver(incident.id);
    expect(await working(untilSent(incident.id, 1))).toMatchObject({ state: 'OPEN', step: 3 });
  });

  it('a mailbox that is gone is FAILED, and the page goes on to the next', async () => {
    await reach(responder, { email: 'gone@p.example' });
    await reach(manager);
    const incident = await bench.anIncident();
    await working(async () => expect((await pageOf(incident.id)).messages[0]).toMatchObject({ state: 'FAILED' }));
    await waitIsOver(incident.id);
    await working(untilSent(incident.id, 1));
    expect(sentTo()).toEqual([addressOf(manager)]);
  });
});

describe('faults', () => {
  it('a mail server that is down is tried again, and has the mail when it is up', async () => {
    await reach(responder);
    const { url } = mail;
    await mail.stop();
    const incident = await bench.anIncident();
    await working(async () => expect((await pageOf(incident.id)).messages[0]!.attempts).toBeGreaterThan(0));
    mail = await startMailServer(Number(new URL(url).port));
    await pauseIsOver();
    await working(untilSent(incident.id, 1));
    expect(sentTo()).toEqual([addressOf(responder)]);
  });

  it('a worker that died while sending: the message is sent again when its lease is over, and not before', async () => {
    await reach(responder);
    const incident = await bench.anIncident();
    await working(untilSent(incident.id, 1));
    const die = (lease: string) =>
      bench.database.admin(
        `update page_message set state = 'SENDING', sent_at = null, lease_until = now() + $2::interval
         where page_id in (select id from page where incident_id = $1)`,
        [incident.id, lease],
      );
    await die('1 minute');
    const other = await bench.anIncident();
    await working(untilSent(other.id, 1));
    expect((await pageOf(incident.id)).messages[0]).toMatchObject({ state: 'SENDING', attempts: 1 });
    await die('-1 second');
    const again = await working(untilSent(incident.id, 1));
    expect(again.messages[0]).toMatchObject({ attempts: 2 });
    const ids = mail.taken.map(({ source }) => /^Message-ID: (.*)$/im.exec(source)?.[1]);
    expect(ids.filter((id) => id === `<${again.messages[0]!.id}@mail.example>`)).toHaveLength(2);
  });

  it('two workers send each message once', async () => {
    await reach(responder);
    const incidents: Incident[] = [];
    for (let n = 0; n < 8; n += 1) incidents.push(await bench.anIncident());
    await working(async () => {
      for (const { id } of incidents) await untilSent(id, 1)();
    }, 2);
    expect(mail.taken).toHaveLength(8);
  });
});

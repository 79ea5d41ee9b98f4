import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Principal } from '@tocsin/access';
import { createSafeRequest } from '@tocsin/runtime';
import { aPrincipal } from '@tocsin/testkit';
import type { Page } from './domain/page.ts';
import { handlers } from './events.ts';
import { assignMember, closeIncident } from './incidents.ts';
import { listPageContacts, savePageContact, type PageContactOrder } from './page-contacts.ts';
import { findPage, listPages, pageOwnPages, type PageWithMessages } from './page-reads.ts';
import { acknowledgePage, callNextStep, page } from './pages.ts';
import { saveStaffMember } from './staff.ts';
import { pageStore } from './store/page-store.ts';
import { admin, aPromotion, createBench, legal, manager, meta, responder, type Bench } from './testing/bench.ts';
import { reachClose } from './testing/reach-close.ts';
import { secret } from './testing/receivers.ts';

const executive = aPrincipal('EXECUTIVE_INCIDENT_MANAGER');
const stranger = aPrincipal('RESPONDER', { id: 'user:stranger' });
const minute = 60_000;
const { check } = createSafeRequest({ deny: [], allow: [] });

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
  await bench.write(admin, (tx) =>
    saveStaffMember(tx, { principalId: executive.id, name: 'E', roles: ['EXECUTIVE_INCIDENT_MANAGER'], onCall: false }),
  );
  for (const { id } of [responder, manager]) await save(admin, { principalId: id, email: `${id.slice(5)}@p.example` });
});
afterAll(() => bench.database.drop());

const save = (by: Principal, patch: Partial<PageContactOrder>) =>
  bench.write(by, (tx) =>
    savePageContact(tx, { principalId: by.id, email: null, webhookUrl: null, webhookSecret: null, ...patch }, check),
  );
const pagesOf = async (incidentId: string, by = responder): Promise<readonly PageWithMessages[]> =>
  (await bench.look(by, (tx) => listPages(tx, [incidentId])))[0]?.value ?? [];
const pageOf = async (incidentId: string): Promise<PageWithMessages> => {
  const [found] = await pagesOf(incidentId);
  if (found === undefined) throw new Error('nobody was paged');
  return found;
};
/** Calls the next step at once, as the worker does when it is due. */
const call = ({ id }: Page): Promise<Page> =>
  bench.write(executive, async (tx) => callNextStep(tx, await pageStore(tx).lock(id), 5 * minute));
const acknowledge = (by: Principal, pageId: string) => bench.write(by, (tx) => acknowledgePage(tx, { pageId }));

describe('an incident that opens', () => {
  it('R-02 calls somebody in the same transaction, once, also if the event comes twice', async () => {
    const promotion = aPromotion();
    await bench.hear((tx) => handlers.DetectionPromoted(promotion, tx, meta));
    await bench.hear((tx) => handlers.DetectionPromoted(promotion, tx, meta));
    const rows = await bench.database.admin(
      `select p.kind, p.state, p.step, i.id = p.subject_id as is_about from page p
       join incident_detection d on d.incident_id = p.incident_id join incident i on i.id = p.incident_id
       where d.detection_id = $1`,
      [promotion.detectionId],
    );
    expect(rows).toEqual([{ kind: 'INCIDENT_OPENED', state: 'OPEN', step: 0, is_about: true }]);
  });

  it('calls nobody if the transaction is undone', async () => {
    const promotion = aPromotion();
    await bench
      .hear(async (tx) => {
        await handlers.DetectionPromoted(promotion, tx, meta);
        throw new Error('power cut');
      })
      .catch(() => undefined);
    const [row] = await bench.database.admin<{ orphans: string }>(
      'select count(*) as orphans from page where not exists (select 1 from incident where id = page.subject_id)',
    );
    expect(row?.orphans).toBe('0');
  });
});

describe('a page', () => {
  it('is one for each kind and subject', async () => {
    const subjectId = randomUUID();
    const open = (kind: 'CONFLICT' | 'ROTA_GAP') =>
      bench.hear((tx) => page(tx, { kind, incidentId: null, subjectId })) as Promise<Page>;
    const first = await open('CONFLICT');
    expect((await open('CONFLICT')).id).toBe(first.id);
    expect((await open('ROTA_GAP')).id).not.toBe(first.id);
  });

  it('R-02 goes from the responder on call to the manager, and its members see whom it called', async () => {
    const { id } = await bench.anIncident();
    const first = await call(await pageOf(id));
    expect(first).toMatchObject({ round: 1, step: 1 });
    await call(first);
    const { messages, step } = await pageOf(id);
    expect(step).toBe(3);
    expect(messages.map(({ principalId, channel, state }) => [principalId, channel, state])).toEqual([
      [responder.id, 'EMAIL', 'PLANNED'],
      [manager.id, 'EMAIL', 'PLANNED'],
    ]);
    const announced = await bench.eventsOf(first.id);
    expect(announced).toEqual(['PageChanged', 'PageChanged', 'PageChanged']);
  });

  it('of an incident that is closed ends with it', async () => {
    const { id } = await bench.anIncident();
    await reachClose(bench, id);
    expect(await pageOf(id)).toMatchObject({ state: 'OPEN' });
    const { version } = await bench.seen(id);
    const closing = { incidentId: id, expectedVersion: version, reason: 'over', evidenceIds: [] };
    await bench.write(manager, (tx) => closeIncident(tx, { ...closing, disposition: 'RESOLVED' }));
    expect(await pageOf(id)).toMatchObject({ state: 'CANCELLED', nextStepAt: null });
  });

  it('S-3 is seen by members and by whom it called; to others it is absent', async () => {
    const { id } = await bench.anIncident();
    const called = await call(await pageOf(id));
    for (const other of [stranger, legal]) {
      expect(await pagesOf(id, other)).toEqual([]);
      expect(await bench.look(other, (tx) => findPage(tx, called.id))).toBeNull();
    }
    expect(await bench.look(manager, (tx) => findPage(tx, called.id))).toMatchObject({ id: called.id });
  });
});

describe('acknowledging a page', () => {
  it('R-02 is for whom it was sent to, and again changes nothing', async () => {
    const { id } = await bench.anIncident();
    const called = await call(await pageOf(id));
    const taken = await acknowledge(responder, called.id);
    expect(taken).toMatchObject({ state: 'ACKNOWLEDGED', acknowledgedBy: responder.id, nextStepAt: null });
    expect(taken.acknowledgedAt).toBeInstanceOf(Date);
    expect(await acknowledge(manager, called.id)).toEqual(taken);
  });

  it('is for any present member of the incident, though he was not called', async () => {
    const incident = await bench.anIncident();
    const { id: pageId } = await pageOf(incident.id);
    await expect(acknowledge(legal, pageId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const order = { role: 'LEGAL', principalId: legal.id, until: null, reason: 'needed', evidenceIds: [] } as const;
    await bench.write(manager, (tx) =>
      assignMember(tx, { incidentId: incident.id, expectedVersion: incident.version, ...order }),
    );
    expect(await acknowledge(legal, pageId)).toMatchObject({ acknowledgedBy: legal.id });
  });

  it('is for an executive who was called, though he is no member', async () => {
    const { id } = await bench.anIncident();
    const { id: pageId } = await pageOf(id);
    await expect(acknowledge(executive, pageId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await bench.database.admin(
      `insert into page_message (id, version, page_id, round, step, principal_id, channel, state, attempts, planned_at, sent_at)
       values ($1, 1, $2, 1, 4, $3, 'EMAIL', 'SENT', 1, now(), now())`,
      [randomUUID(), pageId, executive.id],
    );
    expect(await acknowledge(executive, pageId)).toMatchObject({ state: 'ACKNOWLEDGED' });
  });

  it('S-3 is NOT_FOUND to strangers, as for a page that is not there, and FORBIDDEN to other roles', async () => {
    const { id } = await bench.anIncident();
    const { id: pageId } = await pageOf(id);
    await expect(acknowledge(stranger, pageId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    for (const absent of [randomUUID(), id, 'no-id'])
      await expect(acknowledge(responder, absent)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    for (const role of ['AUDITOR', 'PARTNER', 'CUSTOMER_ADMIN', 'PLATFORM_ADMIN'] as const)
      await expect(acknowledge(aPrincipal(role), pageId)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('my pages', () => {
  const own = (by: Principal, state: 'OPEN' | 'ACKNOWLEDGED' | null, after: string | null = null, first = 100) =>
    bench.look(by, (tx) => pageOwnPages(tx, { first, after, state }));

  it('are those that were sent to me, newest first, by state, page by page', async () => {
    const pages: Page[] = [];
    for (let n = 0; n < 3; n += 1) pages.push(await call(await pageOf((await bench.anIncident()).id)));
    await acknowledge(manager, pages[1]!.id);
    const open = (await own(responder, 'OPEN')).edges.map(({ node }) => node.id);
    expect(open.slice(0, 2)).toEqual([pages[2]!.id, pages[0]!.id]);
    const first = await own(responder, null, null, 2);
    expect(first.edges.map(({ node }) => node.id)).toEqual([pages[2]!.id, pages[1]!.id]);
    const second = await own(responder, null, first.pageInfo.endCursor, 1);
    expect(second.edges.map(({ node }) => node.id)).toEqual([pages[0]!.id]);
    expect((await own(stranger, null)).edges).toEqual([]);
    await expect(own(aPrincipal('CUSTOMER_ADMIN'), null)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('a page contact', () => {
  const contactsOf = async (by: Principal, ...ids: string[]) =>
    (await bench.look(by, (tx) => listPageContacts(tx, ids))).map(({ value }) => value);

  it('is saved by oneself or the platform administrator, and seen by nobody else', async () => {
    await save(legal, { email: 'leo@p.example' });
    await save(admin, { principalId: legal.id, email: 'leo@q.example' });
    expect(await contactsOf(legal, legal.id, responder.id)).toMatchObject([{ email: 'leo@q.example', version: 2 }]);
    expect(await contactsOf(admin, legal.id)).toHaveLength(1);
    for (const other of [manager, executive, aPrincipal('AUDITOR')])
      expect(await contactsOf(other, legal.id)).toEqual([]);
    await expect(save(manager, { principalId: legal.id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(save(stranger, {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each([
    ['no-address', 'email', { email: 'leo' }],
    ['two addresses', 'email', { email: 'a@p.example, b@p.example' }],
    ['a header in it', 'email', { email: 'a@p.example\r\nBcc: b@p.example' }],
    ['S-37 http', 'webhookUrl', { webhookUrl: 'http://hooks.example/', webhookSecret: secret }],
    ['S-36 metadata', 'webhookUrl', { webhookUrl: 'https://169.254.169.254/', webhookSecret: secret }],
    ['no secret', 'webhookSecret', { webhookUrl: 'https://hooks.example/' }],
    ['a short secret', 'webhookSecret', { webhookUrl: 'https://hooks.example/', webhookSecret: 'whsec_c2hvcnQ=' }],
  ])('is refused with %s', async (_, field, patch) => {
    await expect(save(legal, patch)).rejects.toMatchObject({ code: 'INVALID_INPUT', details: { field } });
  });

  it('keeps its secret while the address stays, and asks for one if it changes', async () => {
    const webhookUrl = 'https://hooks.example/a';
    await save(legal, { webhookUrl, webhookSecret: secret });
    expect(await save(admin, { principalId: legal.id, webhookUrl })).toMatchObject({ webhookSecret: secret });
    await expect(save(legal, { webhookUrl: `${webhookUrl}b` })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(await save(legal, {})).toMatchObject({ webhookUrl: null, webhookSecret: null });
  });

  it('S-51 is in no audit entry and no event', async () => {
    await save(legal, { email: 'canary@p.example', webhookUrl: 'https://canary.example/', webhookSecret: secret });
    const [row] = await bench.database.admin<{ text: string }>(
      `select coalesce((select string_agg(body, '') from audit), '') || coalesce((select string_agg(data, '') from outbox), '')
         || coalesce((select string_agg(result::text, '') from command), '') as text`,
    );
    expect(row?.text).not.toMatch(/canary|whsec_/);
    expect(row?.text).toContain('PageChanged');
  });
});

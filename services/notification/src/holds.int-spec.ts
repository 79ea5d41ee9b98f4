import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aPrincipal } from '@tocsin/testkit';
import { handlers } from './events.ts';
import { notYetKnown } from './domain/rendering.ts';
import { placeHold } from './holds.ts';
import { approveNotice, draftNotice, sendNotice } from './notices.ts';
import { findHold } from './queries.ts';
import { listHolds } from './store/hold-store.ts';
import { fields } from './testing/a-notice.ts';
import {
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
import { holdStories, hour, reason } from './testing/hold-stories.ts';

let bench: Bench;
let stories: ReturnType<typeof holdStories>;
let customer: Customer;
let incidentId: string;
beforeAll(async () => {
  bench = await createBench();
  stories = holdStories(bench);
});
afterAll(() => bench.database.drop());
beforeEach(async () => {
  await stories.goTo(hour(1));
  customer = await bench.aCustomer();
  incidentId = await stories.anExecuting(customer);
});

const tell = (to = customer) => stories.tell(incidentId, to);
const states = (events: readonly Record<string, unknown>[]) => events.map(({ state }) => state);

describe('R-85 a hold', () => {
  it('stops nothing before it is approved', async () => {
    const hold = await stories.place(incidentId);
    expect(hold).toMatchObject({ state: 'PROPOSED', placedBy: manager.id, approvals: [], startedAt: null });
    expect(await stories.seen(incidentId)).toMatchObject({ cin: 'EXECUTING', clocks: ['RUNNING'] });
    expect(await tell()).toMatchObject({ state: 'SENT' });
  });

  it('I-14 that is active stops sending, the clock is HELD and dueAt stays; once released it goes on', async () => {
    const { obligations: before } = await stories.seen(incidentId);
    const hold = await stories.placeActive(incidentId);
    expect(await stories.seen(incidentId)).toMatchObject({
      cin: 'HELD',
      clocks: ['HELD'],
      obligations: [{ dueAt: before[0]?.dueAt, startsAt: before[0]?.startsAt, heldSince: hour(1) }],
    });
    await expect(tell()).rejects.toMatchObject({ code: 'HOLD_ACTIVE', details: { holdIds: [hold.id] } });
    expect(await bench.database.admin('select from delivery where incident_id = $1', [incidentId])).toEqual([]);
    expect(await stories.release(hold)).toMatchObject({ state: 'RELEASED', releasedAt: hour(1) });
    expect(await stories.seen(incidentId)).toMatchObject({ cin: 'EXECUTING', clocks: ['RUNNING'] });
    expect(await tell()).toMatchObject({ state: 'SENT' });
    expect(await stories.seen(incidentId)).toMatchObject({ cin: 'FULFILLED', clocks: ['MET'] });
  });

  it('I-1 is announced as it goes, and each decision is kept with who, in which role, and why', async () => {
    const placed = await stories.placeActive(incidentId);
    await stories.release(await stories.renew(placed, hour(20)));
    const told = await stories.told(incidentId, 'HoldChanged');
    expect(states(told)).toEqual(['PROPOSED', 'ACTIVE', 'ACTIVE', 'RELEASED']);
    expect(told.map(({ reviewAt }) => reviewAt)).toEqual([25, 25, 20, 20].map((n) => hour(n).toISOString()));
    const clocks = await stories.told(incidentId, 'ObligationChanged');
    expect(clocks.map(({ clock }) => clock)).toEqual(['HELD', 'RUNNING']);
    const decisions = await bench.database.admin(
      'select kind, actor_id, role, reason from decision where aggregate_id = $1 order by position',
      [placed.id],
    );
    expect(decisions).toEqual([
      { kind: 'holdPlacement', actor_id: manager.id, role: 'INCIDENT_MANAGER', reason },
      { kind: 'holdApproval', actor_id: legal.id, role: 'LEGAL', reason },
      { kind: 'holdRenewal', actor_id: manager.id, role: 'INCIDENT_MANAGER', reason },
      { kind: 'holdRelease', actor_id: manager.id, role: 'INCIDENT_MANAGER', reason },
    ]);
    const words = JSON.stringify([...told, ...clocks]);
    for (const secret of [reason, 'those with the same keys']) expect(words).not.toContain(secret);
  });
});

describe('R-85 of several obligations', () => {
  it('stops only those it names: the others are told, and the process is HELD only while all that is open is', async () => {
    const other = await bench.aCustomer('Other');
    await bench.scope(incidentId, other, 'LIKELY');
    const { obligations } = await stories.seen(incidentId);
    const named = obligations.filter(({ tenantId }) => tenantId === customer.tenantId).map(({ id }) => id);
    const hold = await stories.placeActive(incidentId, { obligationIds: named });
    expect((await stories.seen(incidentId)).cin).toBe('EXECUTING');
    await expect(tell()).rejects.toMatchObject({ code: 'HOLD_ACTIVE' });
    expect(await tell(other)).toMatchObject({ state: 'SENT' });
    expect((await stories.seen(incidentId)).cin).toBe('HELD');
    await stories.release(hold);
    expect((await stories.seen(incidentId)).cin).toBe('EXECUTING');
  });

  it('I-27 what opens while a hold is active is not held unless it is named', async () => {
    await stories.placeActive(incidentId);
    const late = await bench.aCustomer('Late');
    await bench.scope(incidentId, late, 'LIKELY');
    const { cin, clocks } = await stories.seen(incidentId);
    expect([cin, [...clocks].sort()]).toEqual(['EXECUTING', ['HELD', 'RUNNING']]);
    expect(await tell(late)).toMatchObject({ state: 'SENT' });
  });

  it('what two holds name stays held until the second is released', async () => {
    const first = await stories.placeActive(incidentId);
    await stories.goTo(hour(2));
    const second = await stories.placeActive(incidentId);
    await stories.release(first);
    const { cin, obligations } = await stories.seen(incidentId);
    expect([cin, obligations[0]?.heldSince]).toEqual(['HELD', hour(1)]);
    await expect(tell()).rejects.toMatchObject({ code: 'HOLD_ACTIVE', details: { holdIds: [second.id] } });
    await stories.release(second);
    expect(await tell()).toMatchObject({ state: 'SENT' });
  });
});

describe('I-14 R-85 time and holds', () => {
  it('released past the end of the clock and sent within 4 hours it is MET, heldPastDue', async () => {
    const hold = await stories.placeActive(incidentId);
    await stories.goTo(hour(90));
    expect(await stories.seen(incidentId)).toMatchObject({ clocks: ['HELD'], holds: [{ state: 'ACTIVE' }] });
    await stories.release(hold);
    expect(await stories.seen(incidentId)).toMatchObject({ clocks: ['OVERDUE'] });
    await stories.goTo(hour(93));
    await tell();
    expect(await stories.seen(incidentId)).toMatchObject({ clocks: ['MET'], obligations: [{ heldPastDue: true }] });
    expect((await stories.told(incidentId, 'ObligationChanged')).at(-1)).toMatchObject({
      clock: 'MET',
      heldPastDue: true,
    });
  });

  it('G4 that is passed while it is HELD is not lost', async () => {
    incidentId = await bench.anIncident();
    await bench.scope(incidentId, customer, 'LIKELY');
    await bench.declare(incidentId);
    const hold = await stories.placeActive(incidentId);
    await bench.authorize(incidentId);
    expect((await stories.seen(incidentId)).cin).toBe('HELD');
    await stories.release(hold);
    expect((await stories.seen(incidentId)).cin).toBe('EXECUTING');
    expect(await tell()).toMatchObject({ state: 'SENT' });
  });

  it('I-17 a hold past its review stays active, until somebody renews or releases it', async () => {
    const hold = await stories.placeActive(incidentId);
    await stories.goTo(hour(70));
    await expect(tell()).rejects.toMatchObject({ code: 'HOLD_ACTIVE' });
    await expect(stories.renew(hold, hour(94.1))).rejects.toMatchObject({ code: 'REVIEW_TOO_FAR' });
    expect(await stories.renew(hold, hour(94))).toMatchObject({ state: 'ACTIVE', reviewAt: hour(94) });
  });
});

describe('who holds what', () => {
  it('I-17 R-86 extreme circumstances need both, two people', async () => {
    const hold = await stories.place(incidentId, { ground: 'EXTREME_CIRCUMSTANCES' });
    const half = await stories.approve(hold);
    expect(await tell()).toMatchObject({ state: 'SENT' });
    incidentId = await stories.anExecuting(customer);
    const again = await stories.approve(await stories.place(incidentId, { ground: 'EXTREME_CIRCUMSTANCES' }));
    expect([half.state, again.state]).toEqual(['PROPOSED', 'PROPOSED']);
    expect(await stories.approve(again, 'EXECUTIVE_INCIDENT_MANAGER')).toMatchObject({ state: 'ACTIVE' });
    await expect(tell()).rejects.toMatchObject({ code: 'HOLD_ACTIVE' });
  });

  it('R-86 one person in both roles is refused, and a role that he has not in this incident', async () => {
    const both = aPrincipal(['LEGAL', 'EXECUTIVE_INCIDENT_MANAGER'], { id: legal.id });
    const half = await stories.approve(await stories.place(incidentId, { ground: 'EXTREME_CIRCUMSTANCES' }));
    const second = () => stories.approve(half, 'EXECUTIVE_INCIDENT_MANAGER', both);
    await expect(second()).rejects.toMatchObject({ code: 'WRONG_APPROVER' });
    const joined = { incidentId, principalId: legal.id, role: 'EXECUTIVE_INCIDENT_MANAGER' as const, onCall: false };
    await bench.hear((tx) => handlers.AssignmentChanged({ ...joined, at: declaredAt }, tx, meta));
    await expect(second()).rejects.toMatchObject({ code: 'SAME_PERSON_REFUSED' });
  });

  it('S-3 whoever is no member sees and does nothing; the wrong role is FORBIDDEN', async () => {
    const hold = await stories.place(incidentId);
    const stranger = aPrincipal('LEGAL', { id: 'user:lia' });
    expect(await bench.look(legal, (tx) => findHold(tx, hold.id))).toMatchObject({ id: hold.id });
    expect(await bench.look(stranger, (tx) => findHold(tx, hold.id))).toBeNull();
    await expect(stories.approve(hold, 'LEGAL', stranger)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(stories.approve(hold, 'LEGAL', manager)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const order = { incidentId, ground: 'RISK_TO_OTHER_CUSTOMERS' as const, obligationIds: [randomUUID()] };
    const placing = (by: Parameters<typeof bench.write>[0]) =>
      bench.write(by, (tx) => placeHold(tx, { ...order, rationale: reason, reviewAt: hour(2) }));
    await expect(placing(writer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(placing(manager)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('S-13 the database itself hides holds from a customer, also from the one who waits', async () => {
    await stories.placeActive(incidentId);
    const reader = aPrincipal('CUSTOMER_READER', { tenantId: customer.tenantId });
    expect(await bench.look(manager, (tx) => listHolds(tx, incidentId))).toHaveLength(1);
    expect(await bench.look(reader, (tx) => listHolds(tx, incidentId))).toEqual([]);
  });

  it('a decision about a version that is gone is CONCURRENT_CHANGE', async () => {
    const hold = await stories.place(incidentId);
    await stories.reject(hold);
    await expect(stories.approve(hold)).rejects.toMatchObject({ code: 'CONCURRENT_CHANGE' });
  });

  it('R-85 of an approval and a sending at one moment the later one finds the earlier', async () => {
    for (let n = 0; n < 10; n += 1) {
      incidentId = await stories.anExecuting(customer);
      const hold = await stories.place(incidentId);
      const [sent, approved] = await Promise.allSettled([tell(), stories.approve(hold)]);
      const { cin } = await stories.seen(incidentId);
      const outcome = [sent.status, approved.status, cin];
      expect([
        ['fulfilled', 'rejected', 'FULFILLED'],
        ['rejected', 'fulfilled', 'HELD'],
      ]).toContainEqual(outcome);
    }
  });
});

describe('what ends with its reason', () => {
  it('I-7 a retracted declaration ends its holds: nothing is owed that could wait', async () => {
    const active = await stories.placeActive(incidentId);
    const proposed = await stories.place(incidentId);
    await bench.retract(incidentId);
    const { holds, clocks, cin } = await stories.seen(incidentId);
    expect(Object.fromEntries(holds.map(({ id, state }) => [id, state]))).toEqual({
      [active.id]: 'RELEASED',
      [proposed.id]: 'REJECTED',
    });
    expect([clocks, cin]).toEqual([['CANCELLED'], 'STOOD_DOWN']);
    expect(states(await stories.told(incidentId, 'HoldChanged')).sort()).toEqual(
      ['PROPOSED', 'ACTIVE', 'PROPOSED', 'RELEASED', 'REJECTED'].sort(),
    );
  });

  it('R-35 I-35 nothing is owed in an exercise, so nothing is held', async () => {
    const exerciseId = randomUUID();
    incidentId = await bench.anIncident();
    const detected = { number: 1, source: 'RED_BLUE_EXERCISE' as const, detectionIds: [randomUUID()] };
    const opened = { ...detected, incidentId, exerciseId, at: declaredAt };
    const times = { firstIndicationAt: declaredAt, detectedAt: declaredAt };
    await bench.hear((tx) => handlers.IncidentOpened({ ...opened, ...times }, tx, meta));
    const placing = stories.place(incidentId, { obligationIds: [randomUUID()] });
    await expect(placing).rejects.toMatchObject({ code: 'EXERCISE_ISOLATED' });
  });

  it('R-87 I-18 an INITIAL notice with details that are not known leaves at once: that needs no hold', async () => {
    const unknown = { ...fields, nature: notYetKnown, recommendedActions: [...fields.recommendedActions] };
    const order = { incidentId, tenantId: customer.tenantId, phase: 'INITIAL' as const, fields: unknown };
    const drafted = await bench.write(writer, (tx) => draftNotice(tx, order));
    const step = { noticeId: drafted.id, expectedVersion: 1 };
    await bench.write(legal, (tx) => approveNotice(tx, { ...step, reason }));
    const sending = bench.write(writer, (tx) => sendNotice(tx, { ...step, expectedVersion: 2 }, mailDomain));
    expect(await sending).toMatchObject({ state: 'SENT' });
    const ground = 'MISSING_DETAILS' as unknown as 'EXTREME_CIRCUMSTANCES';
    await expect(stories.place(incidentId, { ground, obligationIds: [randomUUID()] })).rejects.toMatchObject({
      name: 'ZodError',
    });
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aPrincipal } from '@tocsin/testkit';
import { handlers } from './events.ts';
import { approveHold, placeHold } from './holds.ts';
import { findHold } from './queries.ts';
import {
  createBench,
  declaredAt,
  executive,
  legal,
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

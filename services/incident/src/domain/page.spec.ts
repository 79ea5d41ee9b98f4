import { describe, expect, it } from '@jest/globals';
import { idOf, later, now } from './an-incident.ts';
import {
  acknowledge,
  callAnew,
  cancelPage,
  escalate,
  isCalling,
  longestRounds,
  openPage,
  type Callee,
  type Page,
} from './page.ts';

const minutes = (n: number): Date => new Date(now.getTime() + n * 60_000);
const waitMs = 5 * 60_000;
const order = { kind: 'INCIDENT_OPENED', incidentId: idOf(1), exerciseId: null, subjectId: idOf(1) } as const;
const aPage = (patch: Partial<Page> = {}): Page => ({
  ...openPage(order, { id: idOf(2), number: 7, now }).state,
  ...patch,
});

const callee = (principalId: string): Callee => ({ principalId, channel: 'EMAIL' });
const chain = [[callee('user:rea')], [], [callee('user:ima'), callee('user:two')]];
const call = (page: Page, steps: readonly (readonly Callee[])[] = chain, at = now) =>
  escalate(page, steps, waitMs, { now: at, newId: () => idOf(3) });
const whom = ({ messages }: ReturnType<typeof call>): string[] => messages.map(({ state }) => state.principalId);

describe('a page', () => {
  it('is due at once, and has called nobody yet', () => {
    const { state, events } = openPage(order, { id: idOf(2), number: 7, now });
    expect(state).toMatchObject({ version: 1, state: 'OPEN', round: 1, step: 0, nextStepAt: now });
    expect(events.map(({ data }) => data)).toEqual([
      {
        incidentId: idOf(1),
        at: now.toISOString(),
        pageId: idOf(2),
        kind: 'INCIDENT_OPENED',
        state: 'OPEN',
        round: 1,
        step: 0,
      },
    ]);
  });

  it('S-49 announces who was called to nobody: no principal, no address', () => {
    const { page } = call(aPage());
    expect(JSON.stringify(page.events)).not.toMatch(/user:|@/);
  });

  it('I-35 says of which exercise its incident is, as long as it lives', () => {
    const { state, events } = openPage({ ...order, exerciseId: idOf(70) }, { id: idOf(2), number: 7, now });
    const all = [...events, ...call(state).page.events, ...cancelPage(state, now).events];
    expect(all.map(({ data }) => data)).toEqual(all.map(() => expect.objectContaining({ exerciseId: idOf(70) })));
    expect(call(aPage()).page.events[0]?.data).not.toHaveProperty('exerciseId');
  });

  it('about no incident names none', () => {
    const { events } = openPage({ ...order, incidentId: null }, { id: idOf(2), number: 7, now });
    expect(events[0]?.data).not.toHaveProperty('incidentId');
  });
});

describe('R-02 when nobody acknowledges', () => {
  it('the next step that reaches anybody is called, and the one after that waits its time', () => {
    const first = call(aPage());
    expect(whom(first)).toEqual(['user:rea']);
    expect(first.page.state).toMatchObject({ state: 'OPEN', round: 1, step: 1, nextStepAt: minutes(5) });
    const second = call(first.page.state, chain, minutes(5));
    expect(whom(second)).toEqual(['user:ima', 'user:two']);
    expect(second.page.state).toMatchObject({ state: 'OPEN', round: 1, step: 3, nextStepAt: minutes(10) });
  });

  it('the chain begins again, and after its rounds the page stays visible', () => {
    let page = aPage();
    const steps: string[] = [];
    while (isCalling(page)) {
      const { state } = call(page).page;
      steps.push(`${state.state} ${String(state.round)}.${String(state.step)}`);
      page = state;
    }
    expect(steps).toEqual([
      'OPEN 1.1',
      'OPEN 1.3',
      'OPEN 2.1',
      'OPEN 2.3',
      'OPEN 3.1',
      'OPEN 3.3',
      'UNACKNOWLEDGED 3.3',
    ]);
    expect(longestRounds).toBe(3);
    expect(page.nextStepAt).toBeNull();
  });

  it('somebody who was joined meanwhile is called in his step', () => {
    const { page } = call(aPage());
    expect(whom(call(page.state, [[callee('user:rea')], [callee('user:new')]]))).toEqual(['user:new']);
  });

  it('and nobody can be reached, it says so, looks again, and calls who can be reached then', () => {
    const nobody = call(aPage(), [[], [], []]);
    expect(nobody.messages).toEqual([]);
    expect(nobody.page.state).toMatchObject({ state: 'UNREACHABLE', step: 0, nextStepAt: minutes(5) });
    const found = call(nobody.page.state, chain, minutes(5));
    expect(whom(found)).toEqual(['user:rea']);
    expect(found.page.state.state).toBe('OPEN');
  });
});

describe('acknowledging', () => {
  const open = call(aPage()).page.state;

  it('stops the calls, and keeps who and when', () => {
    const change = acknowledge(open, 'user:rea', later);
    expect(change?.state).toMatchObject({
      state: 'ACKNOWLEDGED',
      acknowledgedAt: later,
      acknowledgedBy: 'user:rea',
      nextStepAt: null,
    });
    expect(change !== null && isCalling(change.state)).toBe(false);
  });

  it('again changes nothing, nor once the incident is closed', () => {
    const taken = acknowledge(open, 'user:rea', now)?.state ?? open;
    expect(acknowledge(taken, 'user:ima', later)).toBeNull();
    expect(acknowledge(cancelPage(open, now).state, 'user:ima', later)).toBeNull();
  });

  it.each(['UNACKNOWLEDGED', 'UNREACHABLE'] as const)('is not too late for one that is %s', (state) => {
    expect(acknowledge({ ...open, state }, 'user:ima', later)?.state.state).toBe('ACKNOWLEDGED');
  });
});

describe('I-17 what comes up again', () => {
  it.each([
    [1, 4],
    [3, 4],
    [4, 7],
  ])('after round %d is called from round %d on, as if nobody had been called', (round, anew) => {
    const over = aPage({ state: 'ACKNOWLEDGED', round, step: 3, acknowledgedAt: now, acknowledgedBy: 'user:ima' });
    const { state, events } = callAnew({ ...over, nextStepAt: null }, later);
    const open = { state: 'OPEN', round: anew, step: 0 };
    expect(state).toMatchObject({
      ...open,
      openedAt: later,
      nextStepAt: later,
      acknowledgedAt: null,
      acknowledgedBy: null,
    });
    expect(events).toMatchObject([{ data: open }]);
  });

  it('has as many rounds as before, and then stays unacknowledged', () => {
    let page = callAnew(aPage({ state: 'CANCELLED', nextStepAt: null }), now).state;
    let calls = 0;
    while (isCalling(page) && calls < 100) {
      const { page: called, messages } = call(page);
      calls += Number(messages.length > 0);
      page = called.state;
    }
    expect([page.state, calls]).toEqual(['UNACKNOWLEDGED', longestRounds * 2]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { anIncident, asManager, asResponder, evidenceId, grounds, notHeld, now } from './an-incident.ts';
import { claimDelivery, planDeliveries, settleDelivery, skipDelivery, type PlanDelivery } from './plan-delivery.ts';
import { setPlanRef } from './plan.ts';
import { advance } from './stages.ts';

describe('R-20 the incident as a part of the incident management plan', () => {
  it('carries the plan’s reference, and no event does (S-49)', () => {
    const { state, events } = setPlanRef(anIncident(), { planRef: ' IMP-2026/17 ' }, asManager);
    expect(state.planRef).toBe('IMP-2026/17');
    expect(events).toEqual([]);
    expect(setPlanRef(state, { planRef: null }, asManager).state).toMatchObject({
      planRef: null,
      version: state.version + 1,
    });
  });

  it.each(['', ' ', 'x'.repeat(201), 'two\nlines'])('refuses "%s"', (planRef) => {
    expect(() => setPlanRef(anIncident(), { planRef }, asManager)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    );
  });

  it('is set by the incident manager only', () => {
    expect(() => setPlanRef(anIncident(), { planRef: 'a' }, asResponder)).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN' }),
    );
  });
});

const before = { ...anIncident({ stage: 'ASSESS' }), planRef: 'IMP-17' };
const { state: after, events } = advance(before, { to: 'DIAGNOSE', ...grounds }, notHeld, asResponder);
const act = { now, newId: () => evidenceId };
const planned = planDeliveries(after, events, act)[0]!.state;

describe('R-20 what the plan’s tool is told', () => {
  it('is each stage that was entered, and nothing else', () => {
    const added = setPlanRef(after, { planRef: 'IMP-18' }, asManager);
    expect(planDeliveries(added.state, added.events, act)).toEqual([]);
    expect(planDeliveries(after, events, act)).toHaveLength(1);
    expect(JSON.parse(planned.body)).toEqual({
      type: 'tocsin.stage.changed',
      timestamp: now.toISOString(),
      data: {
        incidentId: before.id,
        number: before.number,
        planRef: 'IMP-17',
        from: 'ASSESS',
        to: 'DIAGNOSE',
        n: 3,
        cycle: 1,
        at: now.toISOString(),
      },
    });
    expect(planned.body).not.toContain(grounds.reason);
  });

  it('is tried ten times in 75 h 35 min 5 s, then EXHAUSTED', () => {
    const pauses: number[] = [];
    let delivery: PlanDelivery = planned;
    while (delivery.state === 'PENDING') {
      delivery = settleDelivery(
        claimDelivery(delivery, now).state,
        { isDelivered: false, lastAnswer: '503' },
        now,
      ).state;
      if (delivery.nextAttemptAt !== null) pauses.push((delivery.nextAttemptAt.getTime() - now.getTime()) / 1_000);
    }
    expect(delivery).toMatchObject({ state: 'EXHAUSTED', attempts: 10, lastAnswer: '503' });
    expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBe(75 * 3_600 + 35 * 60 + 5);
  });

  it('is NO_RECEIVER where there is no tool', () => {
    expect(skipDelivery(planned).state).toMatchObject({ state: 'NO_RECEIVER', nextAttemptAt: null, attempts: 0 });
  });
});

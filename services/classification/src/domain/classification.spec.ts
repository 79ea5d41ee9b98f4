import { describe, expect, it } from '@jest/globals';
import { act, aClassifyOrder, aDeclared, anIncident, fresh, now, refusalOf } from '../testing/a-classification.ts';
import { assess, authorize, classify, scope, type AffectedScope, type ClassifyOrder } from './classification.ts';

describe('assessing', () => {
  const impacts = {
    functional: 'NONE',
    information: ['NONE'],
    recoverability: 'REGULAR',
    customerDataRisk: 'IMMINENT',
  } as const;

  it('R-42 goes on round the clock until the risk is NONE, also while it is only POSSIBLE', () => {
    let state = fresh();
    const nights = (['POSSIBLE', 'IMMINENT', 'POSSIBLE', 'NONE', 'POSSIBLE'] as const).map((customerDataRisk) => {
      const change = assess(state, { ...impacts, customerDataRisk }, act);
      state = change.state;
      return change.events[0]?.data;
    });
    expect(nights).toMatchObject([false, true, true, false, false].map((roundTheClock) => ({ roundTheClock })));
  });

  it('R-42 announces the severity, and that it is worked on round the clock', () => {
    const { state, events, decisions } = assess(fresh(), impacts, act);
    expect(state).toMatchObject({ version: 2, assessment: { severity: 'HIGH', at: now.toISOString() } });
    expect(events).toEqual([expect.objectContaining({ data: expect.objectContaining({ roundTheClock: true }) })]);
    expect(decisions).toEqual([expect.objectContaining({ kind: 'assessment', evidenceIds: act.evidenceIds })]);
  });

  it('R-41 may change again', () => {
    const { state } = assess(assess(fresh(), impacts, act).state, { ...impacts, customerDataRisk: 'NONE' }, act);
    expect(state).toMatchObject({ version: 3, assessment: { severity: 'LOW' } });
  });
});

describe('classifying', () => {
  const classifying = (patch: Partial<ClassifyOrder>, from = fresh()) =>
    refusalOf(() => classify(from, aClassifyOrder(patch), act));

  it('PRIVACY implies SECURITY, which must be named', () => {
    expect(classifying({ domains: ['PRIVACY'] })).toBe('PRIVACY_IMPLIES_SECURITY');
    expect(classifying({ domains: ['PRIVACY', 'SECURITY'] })).toBe('not refused');
  });

  it('an event has a ground', () => {
    expect(classifying({ level: 'EVENT' })).toBe('GROUND_REQUIRED');
    expect(classifying({ level: 'EVENT', eventGround: 'ATTEMPTED_ATTACK' })).toBe('not refused');
  });

  it('R-46 a false positive has a root cause, and no domains', () => {
    expect(classifying({ level: 'FALSE_POSITIVE', rootCause: null })).toBe('ROOT_CAUSE_REQUIRED');
    const order = aClassifyOrder({ level: 'FALSE_POSITIVE', rootCause: 'TEST_ACTIVITY' });
    const { state, events } = classify(fresh(), order, act);
    expect(state).toMatchObject({ level: 'FALSE_POSITIVE', domains: [] });
    expect(events[0]?.data).toMatchObject({ level: 'FALSE_POSITIVE', rootCause: 'TEST_ACTIVITY' });
  });

  it('R-46 only a false positive says a root cause', () => {
    const { events } = classify(fresh(), aClassifyOrder({ rootCause: 'DATA_QUALITY' }), act);
    expect(events[0]?.data).not.toHaveProperty('rootCause');
  });

  it.each(['EVENT', 'INCIDENT'] as const)('%s concerns a domain', (level) => {
    expect(classifying({ level, domains: [], eventGround: 'ATTEMPTED_ATTACK' })).toBe('LEVEL_TRANSITION_REFUSED');
  });

  it.each(['EVENT', 'INCIDENT', 'FALSE_POSITIVE'] as const)('I-6 a declared incident as %s', (level) => {
    const code = classifying({ level, eventGround: 'ATTEMPTED_ATTACK', rootCause: 'TEST_ACTIVITY' }, aDeclared());
    expect(code).toBe(level === 'INCIDENT' ? 'not refused' : 'RETRACT_FIRST');
  });

  it('R-45 announces both labels', () => {
    const { events } = classify(aDeclared(), aClassifyOrder({ domains: ['SECURITY', 'PRIVACY'] }), act);
    expect(events[0]).toMatchObject({
      data: { crspi: 'DECLARED', labelA: 'Privacy Incident/CRSPI', labelB: 'Privacy Breach + CRSPI' },
    });
  });
});

describe('authorising execution', () => {
  it('R-53 before the declaration is NOT_DECLARED', () => {
    expect(refusalOf(() => authorize(anIncident(), act))).toBe('NOT_DECLARED');
  });

  it('again keeps the first instant', () => {
    const first = authorize(aDeclared(), act).state;
    const again = authorize(first, { ...act, now: new Date('2026-11-21T09:00:00Z') }).state;
    expect(again.executionAuthorizedAt).toEqual(now);
  });
});

describe('scoping', () => {
  const order: AffectedScope = {
    tenantId: 'tenant-x',
    subscriptionIds: ['sub-1'],
    status: 'LIKELY',
    dataCategories: ['E-mail'],
    flowLogRefs: ['flow/17'],
  };

  it.each([
    ['a tenant that the directory does not know', null, 'TENANT_UNKNOWN'],
    ['a subscription that is not its own', ['sub-2'], 'TENANT_UNKNOWN'],
    ['its own subscription', ['sub-2', 'sub-1'], 'not refused'],
  ])('of %s', (_, subscriptions, code) => {
    expect(refusalOf(() => scope(fresh(), order, subscriptions, act))).toBe(code);
  });

  it('of an unknown tenant is refused, also as a whole', () => {
    expect(refusalOf(() => scope(fresh(), { ...order, subscriptionIds: [] }, null, act))).toBe('TENANT_UNKNOWN');
  });

  it('R-81 replaces what was said of this tenant, leaves the others, and keeps the flow logs to staff', () => {
    const first = scope(fresh(), order, ['sub-1'], act).state;
    const other = scope(first, { ...order, tenantId: 'tenant-y' }, ['sub-1'], act).state;
    const { state, events, decisions } = scope(other, { ...order, status: 'RULED_OUT' }, ['sub-1'], act);
    const statuses = Object.fromEntries(state.scopes.map(({ tenantId, status }) => [tenantId, status]));
    expect(statuses).toEqual({ 'tenant-x': 'RULED_OUT', 'tenant-y': 'LIKELY' });
    expect(JSON.stringify(events)).not.toContain('flow/17');
    expect(JSON.stringify(decisions)).toContain('flow/17');
  });
});

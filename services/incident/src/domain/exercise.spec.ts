import { describe, expect, it } from '@jest/globals';
import { idOf, now, refusalOf } from './an-incident.ts';
import { approveRules, end, plan, recordRedAction, start, stateAt, timesOf, type Exercise } from './exercise.ts';

const minutes = (n: number): Date => new Date(now.getTime() + n * 60_000);
const order = {
  title: 'Stolen signing key',
  rulesOfEngagement: 'Test tenants only.',
  redLead: 'user:red',
  blueLead: 'user:blue',
  startsAt: minutes(10),
  endsAt: minutes(490),
};
const by = (person: string, at = now) => ({ by: person, now: at });
const planned = plan(null, order, { id: idOf(1), ...by('user:ima') }).state;
const approved = approveRules(planned, by('user:eve')).state;
const running = start(approved, by('user:ima', minutes(10))).state;

describe('an exercise', () => {
  it('R-35 starts only under rules of engagement that somebody else approved', () => {
    expect(refusalOf(() => start(planned, by('user:ima')))).toBe('RULES_OF_ENGAGEMENT_REQUIRED');
    expect(refusalOf(() => approveRules(planned, by('user:ima')))).toBe('SAME_PERSON_REFUSED');
    expect(refusalOf(() => approveRules(planned, by('user:red')))).toBe('SAME_PERSON_REFUSED');
    expect(running).toMatchObject({ state: 'RUNNING', startsAt: minutes(10), version: 3 });
  });

  it('R-35 a changed plan needs approving again, and is the text whose digest was approved', () => {
    const changed = plan(approved, { ...order, rulesOfEngagement: 'Anything.' }, { id: idOf(1), ...by('user:ima') });
    expect(changed.state.rulesOfEngagement.approvedBy).toBeNull();
    expect(changed.state.rulesOfEngagement.sha256).not.toBe(planned.rulesOfEngagement.sha256);
    expect(changed.state.version).toBe(3);
  });

  it.each<[string, Exercise, (exercise: Exercise) => unknown]>([
    ['a running one is not planned anew', running, (one) => plan(one, order, { id: one.id, ...by('user:ima') })],
    ['a running one is not started', running, (one) => start(one, by('user:ima', minutes(11)))],
    ['a planned one is not ended', planned, (one) => end(one, by('user:ima'))],
    ['one whose time is over is not ended', running, (one) => end(one, by('user:ima', minutes(490)))],
    [
      'a planned one has no red action',
      planned,
      (one) => recordRedAction(one, { occurredAt: now, text: 'x' }, by('user:red')),
    ],
  ])('%s', (_, exercise, attempt) => {
    expect(refusalOf(() => attempt(exercise))).toBe('EXERCISE_STATE');
  });

  it('is over at its end to the millisecond, though nobody ended it', () => {
    expect(stateAt(running, new Date(minutes(490).getTime() - 1))).toBe('RUNNING');
    expect(stateAt(running, minutes(490))).toBe('ENDED');
    expect(refusalOf(() => start(approved, by('user:ima', minutes(490))))).toBe('TIME_ORDER_INVALID');
  });

  it('refuses one person on both sides, and times that make no sense', () => {
    const planning = (patch: object) =>
      refusalOf(() => plan(null, { ...order, ...patch }, { id: idOf(2), ...by('user:ima') }));
    expect(planning({ blueLead: 'user:red' })).toBe('SAME_PERSON_REFUSED');
    expect(planning({ endsAt: minutes(10) })).toBe('TIME_ORDER_INVALID');
    expect(planning({ startsAt: minutes(-20), endsAt: minutes(-10) })).toBe('TIME_ORDER_INVALID');
    expect(planning({ endsAt: minutes(91 * 24 * 60) })).toBe('INVALID_INPUT');
    expect(planning({ title: ' ' })).toBe('INVALID_INPUT');
  });

  it('I-36 times the answer from the first red action, in whatever order they were recorded', () => {
    const record = (exercise: Exercise, at: Date) =>
      recordRedAction(exercise, { occurredAt: at, text: 'used the key' }, by('user:red', minutes(60))).state;
    const acted = record(record(running, minutes(40)), minutes(20));
    expect(timesOf(acted, { detectedAt: minutes(45), escalatedAt: null })).toEqual({
      detectedAfterMs: 25 * 60_000,
      escalatedAfterMs: null,
    });
    expect(timesOf(running, { detectedAt: minutes(45), escalatedAt: minutes(50) })).toEqual({
      detectedAfterMs: null,
      escalatedAfterMs: null,
    });
    expect(
      refusalOf(() => recordRedAction(running, { occurredAt: minutes(20), text: 'x' }, by('user:blue', minutes(30)))),
    ).toBe('NOT_RED_LEAD');
    expect(
      refusalOf(() => recordRedAction(running, { occurredAt: minutes(5), text: 'x' }, by('user:red', minutes(30)))),
    ).toBe('TIME_ORDER_INVALID');
  });
});

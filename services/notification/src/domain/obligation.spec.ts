import { describe, expect, it } from '@jest/globals';
import { cancel, clockOf, meet, openContractObligation, type Obligation } from './obligation.ts';

const second = 1_000;
const hour = 3_600 * second;
const opened = (declaredAt: Date): Obligation =>
  openContractObligation({ id: 'o', incidentId: 'i', tenantId: 't', declaredAt }, declaredAt).state;
const after = (obligation: Obligation, ms: number): Date => new Date(obligation.startsAt.getTime() + ms);
const metAfter = (obligation: Obligation, ms: number): Obligation => {
  const change = meet(obligation, after(obligation, ms));
  if (change === null) throw new Error('It is met already.');
  return change.state;
};

describe.each([
  ['in November', new Date('2026-11-20T09:00:00Z')],
  // Berlin goes from +02:00 to +01:00 on 25 October 2026: the wall clock shows 71 hours.
  ['across the October clock change, told in local time', new Date('2026-10-24T12:00:00+02:00')],
  ['over a weekend', new Date('2026-11-27T16:00:00Z')],
])('R-84 the contract clock %s', (_, declaredAt) => {
  const obligation = opened(declaredAt);

  it('ends 72 hours after the declaration', () => {
    expect(obligation.dueAt.getTime() - declaredAt.getTime()).toBe(72 * hour);
  });

  it.each([
    ['+71:59', 72 * hour - 60 * second, 'MET'],
    ['+72:00', 72 * hour, 'MET_LATE'],
    ['+72:01', 72 * hour + 60 * second, 'MET_LATE'],
  ] as const)('met at %s', (_at, ms, clock) => {
    const met = metAfter(obligation, ms);
    // I-20: it stays so, whenever it is looked at.
    for (const shown of [ms, 1_000 * hour]) expect(clockOf(met, after(met, shown))).toBe(clock);
  });

  it.each([
    [0, 'RUNNING'],
    [48 * hour - 1, 'RUNNING'],
    [48 * hour, 'DUE_SOON'],
    [72 * hour - 1, 'DUE_SOON'],
    [72 * hour, 'OVERDUE'],
    [900 * hour, 'OVERDUE'],
  ] as const)('unmet after %d ms is %s', (ms, clock) => {
    expect(clockOf(obligation, after(obligation, ms))).toBe(clock);
  });
});

it('the clock change that the spec is about is one', () => {
  const zoned = (at: string): string =>
    new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit' }).format(new Date(at));
  expect([zoned('2026-10-24T10:00:00Z'), zoned('2026-10-27T10:00:00Z')]).toEqual(['12', '11']);
});

describe('meeting an obligation', () => {
  const obligation = opened(new Date('2026-11-20T09:00:00Z'));

  it('the first effective delivery counts, a later one changes nothing', () => {
    const met = metAfter(obligation, hour);
    expect(meet(met, after(met, 80 * hour))).toBeNull();
  });

  it('is announced with the clock as it then is', () => {
    const change = meet(obligation, after(obligation, 73 * hour));
    expect(change?.events[0]).toMatchObject({ data: { clock: 'MET_LATE', metAt: '2026-11-23T10:00:00.000Z' } });
  });

  it('is opened with the anchor of the declaration, also when the tenant is found long after (I-14, I-27)', () => {
    const declaredAt = new Date('2026-11-20T09:00:00Z');
    const order = { id: 'o', incidentId: 'i', tenantId: 't', declaredAt };
    const late = openContractObligation(order, new Date('2026-11-24T09:00:00Z'));
    expect(late.state.dueAt).toEqual(new Date('2026-11-23T09:00:00Z'));
    expect(late.events[0]).toMatchObject({ data: { clock: 'OVERDUE' } });
  });
});

describe('I-7 cancelling an obligation, when its declaration is retracted', () => {
  const obligation = opened(new Date('2026-11-20T09:00:00Z'));

  it.each([hour, 50 * hour, 80 * hour])('stops its clock for ever, however it stood after %d ms', (ms) => {
    const change = cancel(obligation, after(obligation, ms));
    expect(change?.events[0]).toMatchObject({ data: { clock: 'CANCELLED' } });
    expect(change?.events[0]?.data).not.toHaveProperty('metAt');
    const cancelled = change?.state ?? obligation;
    expect(clockOf(cancelled, after(cancelled, 1_000 * hour))).toBe('CANCELLED');
    expect([meet(cancelled, after(cancelled, ms)), cancel(cancelled, after(cancelled, ms))]).toEqual([null, null]);
  });

  it('I-20 leaves what is met as it was met', () => {
    for (const ms of [hour, 80 * hour]) expect(cancel(metAfter(obligation, ms), after(obligation, ms))).toBeNull();
  });
});

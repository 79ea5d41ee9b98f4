import { describe, expect, it } from '@jest/globals';
import { RotaGapChanged } from '@tocsin/contracts';
import { aLayer, aRota, everybody, spanOf } from './a-rota.ts';
import type { Rota } from './rota.ts';
import { watchGaps, type RotaGapAlarm, type Watch } from './rota-gap-alarm.ts';

/* Ada is on call Monday to Friday around the clock; at the weekend nobody is. Tuesday 6 January 2026. */
const windows = [
  { days: ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'], from: '00:00', to: '00:00' },
] as const;
const weekly = aLayer({ participants: ['user:ada'], startsOn: '2026-01-01', windows });
const rota = aRota({ zone: 'UTC', layers: [weekly] });
const weekend = '2026-01-10T00:00Z/2026-01-12T00:00Z';

let ids = 0;
const watch = (at: string, patch: Partial<Watch> = {}): Watch => ({
  now: new Date(at),
  horizonDays: 5,
  roundTheClock: false,
  eligible: everybody,
  newId: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`,
  ...patch,
});
const looking = (given: Rota, open: readonly RotaGapAlarm[], at: string, patch: Partial<Watch> = {}) =>
  watchGaps(given, open, watch(at, patch)).map(({ state }) => state);
const covered = (principalId: string, span: string): Rota => ({
  ...rota,
  overrides: [{ id: 'o', principalId, ...spanOf(span), recordedBy: 'user:ima', recordedAt: new Date(0) }],
});

/** The alarm about the first weekend. */
const anAlarm = (): RotaGapAlarm => {
  const [alarm] = looking(rota, [], '2026-01-07T10:00Z');
  if (alarm === undefined) throw new Error('A gap makes an alarm.');
  return alarm;
};

describe('R-02 a gap in the coming days', () => {
  it('opens one alarm when it comes within the horizon, and says so without a name', () => {
    expect(looking(rota, [], '2026-01-04T10:00Z', { horizonDays: 1 }).map(({ from }) => from)).toEqual([
      new Date('2026-01-04T10:00Z'),
    ]);
    expect(looking(rota, [], '2026-01-06T10:00Z', { horizonDays: 2 })).toEqual([]);
    const [change, ...more] = watchGaps(rota, [], watch('2026-01-07T10:00Z'));
    expect(more).toEqual([]);
    expect(change?.state).toMatchObject({
      version: 1,
      rotaId: rota.id,
      ...spanOf(weekend),
      urgent: false,
      closedAt: null,
    });
    expect(change?.events).toEqual([
      {
        event: RotaGapChanged,
        data: {
          at: '2026-01-07T10:00:00.000Z',
          rotaId: rota.id,
          alarmId: change?.state.id,
          role: 'RESPONDER',
          from: '2026-01-10T00:00:00.000Z',
          to: '2026-01-12T00:00:00.000Z',
          urgent: false,
          open: true,
        },
      },
    ]);
  });

  it('is not told again while nothing changes, also once it has begun', () => {
    expect(looking(rota, [anAlarm()], '2026-01-07T10:01Z')).toEqual([]);
    expect(looking(rota, [anAlarm()], '2026-01-11T10:00Z', { horizonDays: 2 })).toEqual([]);
  });

  it('closes its alarm when it is filled, or over', () => {
    const filled = looking(covered('user:bob', weekend), [anAlarm()], '2026-01-07T11:00Z');
    expect(filled).toMatchObject([{ version: 2, closedAt: new Date('2026-01-07T11:00Z'), ...spanOf(weekend) }]);
    expect(looking(rota, [anAlarm()], '2026-01-12T00:00:30Z', { horizonDays: 2 })).toMatchObject([
      { version: 2, closedAt: new Date('2026-01-12T00:00:30Z') },
    ]);
  });

  it('filled in its middle, is two gaps: the alarm goes on with the first', () => {
    const alarm = anAlarm();
    const halves = looking(covered('user:bob', '2026-01-10T12:00Z/2026-01-11T12:00Z'), [alarm], '2026-01-07T11:00Z');
    expect(halves).toMatchObject([
      { id: alarm.id, version: 2, ...spanOf('2026-01-10T00:00Z/2026-01-10T12:00Z'), closedAt: null },
      { version: 1, ...spanOf('2026-01-11T12:00Z/2026-01-12T00:00Z'), closedAt: null },
    ]);
    const whole = looking(rota, halves, '2026-01-07T12:00Z');
    expect(whole).toMatchObject([
      { id: alarm.id, version: 3, ...spanOf(weekend), closedAt: null },
      { id: halves[1]?.id, version: 2, closedAt: new Date('2026-01-07T12:00Z') },
    ]);
  });

  it('that has no end grows once a day, not with every look', () => {
    const nobody = { ...rota, layers: [aLayer({ startsOn: '2027-01-01' })] };
    const [first] = looking(nobody, [], '2026-01-06T10:00:30Z');
    expect(first).toMatchObject(spanOf('2026-01-06T10:00Z/2026-01-12T00:00Z'));
    expect(looking(nobody, [first!], '2026-01-06T23:59Z')).toEqual([]);
    expect(looking(nobody, [first!], '2026-01-07T00:01Z')).toMatchObject([
      { id: first?.id, version: 2, ...spanOf('2026-01-06T10:00Z/2026-01-13T00:00Z') },
    ]);
  });

  it('is made by taking the person off the staff directory', () => {
    const [alarm] = looking(covered('user:bob', weekend), [], '2026-01-07T10:00Z', { eligible: new Set(['user:bob']) });
    expect(alarm).toMatchObject(spanOf('2026-01-07T10:00Z/2026-01-10T00:00Z'));
  });
});

describe('R-42 while an incident is worked on round the clock', () => {
  const near = { roundTheClock: true };

  it('a gap that begins within 24 hours is urgent; a later one is not', () => {
    expect(looking(rota, [], '2026-01-08T23:59Z', near)).toMatchObject([{ urgent: false }]);
    expect(looking(rota, [], '2026-01-09T00:01Z', near)).toMatchObject([{ urgent: true }]);
    expect(looking(rota, [], '2026-01-09T00:01Z')).toMatchObject([{ urgent: false }]);
  });

  it('an open alarm becomes urgent, and is not any more at the end', () => {
    const [urgent, ...more] = watchGaps(rota, [anAlarm()], watch('2026-01-09T10:00Z', near));
    expect(more).toEqual([]);
    expect(urgent?.state).toMatchObject({ version: 2, urgent: true, closedAt: null });
    expect(urgent?.events[0]?.data).toMatchObject({ urgent: true, open: true });
    expect(looking(rota, [urgent!.state], '2026-01-09T11:00Z', near)).toEqual([]);
    expect(looking(rota, [urgent!.state], '2026-01-09T12:00Z')).toMatchObject([{ version: 3, urgent: false }]);
  });

  it.each([
    ['RESPONDER', true],
    ['INCIDENT_MANAGER', true],
    ['LEGAL', false],
    ['COMMUNICATIONS', false],
  ] as const)('only those who lead must not be missing: %s, urgent %s', (role, urgent) => {
    expect(looking({ ...rota, role }, [], '2026-01-09T10:00Z', near)).toMatchObject([{ urgent }]);
  });
});

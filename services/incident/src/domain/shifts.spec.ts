import { describe, expect, it } from '@jest/globals';
import { aLayer, aRota, everybody, spanOf } from './a-rota.ts';
import type { Rota, RotaLayer } from './rota.ts';
import { gapsBetween, shiftsBetween } from './shifts.ts';

const brief = (at: Date): string => at.toISOString().replace(':00.000Z', 'Z');

/** `ada 2026-03-29T00:00Z`: who is on call, and from when; `-` for nobody. */
const told = (rota: Rota, span: string, eligible = everybody): string[] =>
  shiftsBetween(rota, eligible, spanOf(span)).map(
    ({ from, principalId }) => `${principalId?.replace('user:', '') ?? '-'} ${brief(from)}`,
  );

const layered = (zone: string, ...layers: RotaLayer[]): Rota => aRota({ zone, layers });
const handingOver = (handOverTime: string): RotaLayer =>
  aLayer({ startsOn: '2026-01-04', handOverDay: 'SUNDAY', handOverTime });
const onDuty = (from: string, to: string, zone: string | null = null): RotaLayer =>
  aLayer({ participants: ['user:ada'], zone, windows: [{ days: ['SUNDAY'], from, to }] });

describe('a weekly hand-over', () => {
  it.each([
    // In winter 09:00 is 08:00Z in Berlin and 14:00Z in New York, in summer 07:00Z and 13:00Z.
    ['Berlin, before spring', 'Europe/Berlin', '2026-03-22T00:00Z/2026-03-24T00:00Z', 'bob 2026-03-23T08:00Z'],
    ['Berlin, after spring', 'Europe/Berlin', '2026-03-29T00:00Z/2026-03-31T00:00Z', 'ada 2026-03-30T07:00Z'],
    ['Berlin, after autumn', 'Europe/Berlin', '2026-10-25T00:00Z/2026-10-27T00:00Z', 'ada 2026-10-26T08:00Z'],
    ['New York, before spring', 'America/New_York', '2026-03-01T00:00Z/2026-03-03T00:00Z', 'ada 2026-03-02T14:00Z'],
    ['New York, after spring', 'America/New_York', '2026-03-08T00:00Z/2026-03-10T00:00Z', 'bob 2026-03-09T13:00Z'],
    ['New York, after autumn', 'America/New_York', '2026-11-01T00:00Z/2026-11-03T00:00Z', 'bob 2026-11-02T14:00Z'],
    ['Kolkata', 'Asia/Kolkata', '2026-06-07T00:00Z/2026-06-09T00:00Z', 'ada 2026-06-08T03:30Z'],
  ])('is at the local time, whatever the offset: %s', (_, zone, span, expected) => {
    expect(told(layered(zone, aLayer()), span)[1]).toBe(expected);
  });

  it.each([
    // 29 March 2026: Berlin leaps from 02:00 to 03:00, at 01:00Z. 8 March: New York, at 07:00Z.
    ['Berlin, skipped', 'Europe/Berlin', '02:30', '2026-03-28T00:00Z/2026-03-30T00:00Z', '2026-03-29T01:00Z'],
    ['Berlin, the leap itself', 'Europe/Berlin', '02:00', '2026-03-28T00:00Z/2026-03-30T00:00Z', '2026-03-29T01:00Z'],
    ['Berlin, after the leap', 'Europe/Berlin', '03:30', '2026-03-28T00:00Z/2026-03-30T00:00Z', '2026-03-29T01:30Z'],
    ['New York, skipped', 'America/New_York', '02:30', '2026-03-07T00:00Z/2026-03-09T00:00Z', '2026-03-08T07:00Z'],
    // Lord Howe leaps half an hour, at 02:00 on 4 October, 15:30Z the day before.
    ['Lord Howe, skipped', 'Australia/Lord_Howe', '02:15', '2026-10-03T00:00Z/2026-10-05T00:00Z', '2026-10-03T15:30Z'],
    // 25 October 2026: Berlin shows 02:00 to 03:00 twice, from 00:00Z. 1 November: New York 01:00 to 02:00, from 05:00Z.
    ['Berlin, twice', 'Europe/Berlin', '02:30', '2026-10-24T00:00Z/2026-10-26T00:00Z', '2026-10-25T00:30Z'],
    ['Berlin, after both', 'Europe/Berlin', '03:00', '2026-10-24T00:00Z/2026-10-26T00:00Z', '2026-10-25T02:00Z'],
    ['New York, twice', 'America/New_York', '01:30', '2026-10-31T00:00Z/2026-11-02T00:00Z', '2026-11-01T05:30Z'],
  ])('is at the leap if its time is skipped, and at the first if it comes twice: %s', (_, zone, time, span, at) => {
    const [, handOver, ...more] = shiftsBetween(layered(zone, handingOver(time)), everybody, spanOf(span));
    expect(handOver && brief(handOver.from)).toBe(at);
    expect(more).toEqual([]);
  });

  it.each([
    ['spring in Berlin', 'Europe/Berlin', '2026-03-29T12:00Z', 167],
    ['autumn in Berlin', 'Europe/Berlin', '2026-10-25T12:00Z', 169],
    ['spring in New York', 'America/New_York', '2026-03-08T12:00Z', 167],
    ['autumn in New York', 'America/New_York', '2026-11-01T12:00Z', 169],
    ['summer in Berlin', 'Europe/Berlin', '2026-07-01T12:00Z', 168],
  ])('makes a turn that holds the change an hour shorter or longer: %s', (_, zone, within, hours) => {
    const middle = new Date(within).getTime();
    const span = { from: new Date(middle - 14 * 86_400_000), to: new Date(middle + 14 * 86_400_000) };
    const turn = shiftsBetween(layered(zone, aLayer()), everybody, span).find(({ to }) => to.getTime() > middle);
    expect(turn && (turn.to.getTime() - turn.from.getTime()) / 3_600_000).toBe(hours);
  });
});

describe('a rotation', () => {
  const year = '2026-01-01T00:00Z/2027-01-01T00:00Z';

  it('begins on its first day, and hands over on the next day that is due', () => {
    const rota = layered('UTC', aLayer({ startsOn: '2026-01-08' }));
    expect(told(rota, '2026-01-05T00:00Z/2026-01-20T00:00Z')).toEqual([
      '- 2026-01-05T00:00Z',
      'ada 2026-01-08T09:00Z',
      'bob 2026-01-12T09:00Z',
      'ada 2026-01-19T09:00Z',
    ]);
  });

  it('lasts whole weeks', () => {
    const rota = layered('UTC', aLayer({ weeks: 3 }));
    expect(told(rota, '2026-01-06T00:00Z/2026-03-01T00:00Z')).toEqual([
      'ada 2026-01-06T00:00Z',
      'bob 2026-01-26T09:00Z',
      'ada 2026-02-16T09:00Z',
    ]);
  });

  it('may name somebody twice; two turns in a row are one shift', () => {
    const rota = layered('UTC', aLayer({ participants: ['user:ada', 'user:ada', 'user:bob'] }));
    expect(told(rota, '2026-01-06T00:00Z/2026-01-27T00:00Z')).toEqual([
      'ada 2026-01-06T00:00Z',
      'bob 2026-01-19T09:00Z',
      'ada 2026-01-26T09:00Z',
    ]);
  });

  it('is the old turn until the hour of the hand-over', () => {
    const rota = layered('UTC', aLayer());
    expect(told(rota, '2026-01-12T07:00Z/2026-01-12T10:00Z')).toEqual([
      'ada 2026-01-12T07:00Z',
      'bob 2026-01-12T09:00Z',
    ]);
  });

  it('of one person has one shift a year', () => {
    expect(told(layered('UTC', aLayer({ participants: ['user:ada'] })), year)).toHaveLength(2);
  });
});

describe('windows', () => {
  it('make a gap wherever no layer is on duty', () => {
    const weekdays = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'] as const;
    const rota = layered('UTC', aLayer({ windows: [{ days: weekdays, from: '09:00', to: '17:00' }] }));
    expect(told(rota, '2026-01-08T12:00Z/2026-01-12T12:00Z')).toEqual([
      'ada 2026-01-08T12:00Z',
      '- 2026-01-08T17:00Z',
      'ada 2026-01-09T09:00Z',
      '- 2026-01-09T17:00Z',
      'bob 2026-01-12T09:00Z',
    ]);
    expect(gapsBetween(rota, everybody, spanOf('2026-01-09T00:00Z/2026-01-12T12:00Z'))).toEqual([
      spanOf('2026-01-09T00:00Z/2026-01-09T09:00Z'),
      spanOf('2026-01-09T17:00Z/2026-01-12T09:00Z'),
    ]);
  });

  it('that began the evening before are not missed after midnight', () => {
    const rota = layered('UTC', onDuty('22:00', '06:00'));
    expect(told(rota, '2026-01-12T03:00Z/2026-01-12T09:00Z')).toEqual(['ada 2026-01-12T03:00Z', '- 2026-01-12T06:00Z']);
  });

  it.each([
    ['over midnight', 'UTC', onDuty('22:00', '06:00'), ['2026-03-29T22:00Z/2026-03-30T06:00Z']],
    ['a whole day', 'UTC', onDuty('08:00', '08:00'), ['2026-03-29T08:00Z/2026-03-30T08:00Z']],
    ['over the leap', 'Europe/Berlin', onDuty('01:30', '02:30'), ['2026-03-29T00:30Z/2026-03-29T01:00Z']],
    ['out of the leap', 'Europe/Berlin', onDuty('02:30', '03:15'), ['2026-03-29T01:00Z/2026-03-29T01:15Z']],
    ['within the leap', 'Europe/Berlin', onDuty('02:10', '02:50'), []],
    [
      'of a layer elsewhere',
      'Europe/Berlin',
      onDuty('09:00', '17:00', 'Asia/Kolkata'),
      ['2026-03-29T03:30Z/2026-03-29T11:30Z'],
    ],
  ])('are local times: %s', (_, zone, layer, expected) => {
    const shifts = shiftsBetween(layered(zone, layer), everybody, spanOf('2026-03-28T12:00Z/2026-03-30T12:00Z'));
    const held = shifts.filter(({ principalId }) => principalId !== null);
    expect(held.map(({ from, to }) => `${brief(from)}/${brief(to)}`)).toEqual(expected);
  });
});

describe('who wins', () => {
  const day = '2026-01-06T00:00Z/2026-01-07T00:00Z';
  const override = (n: number, principalId: string | null, span: string) => ({
    id: String(n),
    principalId,
    ...spanOf(span),
    recordedBy: 'user:ima',
    recordedAt: new Date('2026-01-01T00:00Z'),
  });
  const business = aLayer({ participants: ['user:cyd'], windows: [{ days: ['TUESDAY'], from: '09:00', to: '17:00' }] });

  it('the first layer that has somebody, so that nobody is on call twice', () => {
    const expected = ['ada 2026-01-06T00:00Z', 'cyd 2026-01-06T09:00Z', 'ada 2026-01-06T17:00Z'];
    expect(told(layered('UTC', business, aLayer()), day)).toEqual(expected);
    expect(told(layered('UTC', aLayer(), business), day)).toEqual(['ada 2026-01-06T00:00Z']);
  });

  it('R-02 nobody from its retirement on, which is no gap; what was before can still be asked for', () => {
    const overrides = [override(1, 'user:bob', '2026-01-06T06:00Z/2026-01-06T18:00Z')];
    const retiredAt = new Date('2026-01-06T12:00Z');
    const rota = aRota({ zone: 'UTC', layers: [business], overrides, retiredAt });
    const expected = ['- 2026-01-06T00:00Z', 'bob 2026-01-06T06:00Z', '- 2026-01-06T12:00Z'];
    expect(told(rota, day)).toEqual(expected);
    expect(gapsBetween(rota, everybody, spanOf(day))).toEqual([spanOf('2026-01-06T00:00Z/2026-01-06T06:00Z')]);
    expect(gapsBetween(rota, everybody, spanOf('2026-01-06T12:00Z/2026-01-07T00:00Z'))).toEqual([]);
  });

  it('an override over every layer, and the later one over the earlier; nobody is a gap', () => {
    const overrides = [
      override(1, 'user:bob', '2026-01-06T06:00Z/2026-01-06T12:00Z'),
      override(2, null, '2026-01-06T10:00Z/2026-01-06T14:00Z'),
    ];
    expect(told(aRota({ zone: 'UTC', layers: [business, aLayer()], overrides }), day)).toEqual([
      'ada 2026-01-06T00:00Z',
      'bob 2026-01-06T06:00Z',
      '- 2026-01-06T10:00Z',
      'cyd 2026-01-06T14:00Z',
      'ada 2026-01-06T17:00Z',
    ]);
  });

  it('nobody who was taken off the staff directory: the next layer has its turn, an override leaves a gap', () => {
    const overrides = [override(1, 'user:bob', '2026-01-06T20:00Z/2026-01-06T22:00Z')];
    const rota = aRota({ zone: 'UTC', layers: [business, aLayer()], overrides });
    expect(told(rota, day, new Set(['user:ada']))).toEqual([
      'ada 2026-01-06T00:00Z',
      '- 2026-01-06T20:00Z',
      'ada 2026-01-06T22:00Z',
    ]);
  });
});

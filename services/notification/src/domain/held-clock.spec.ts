import { describe, expect, it } from '@jest/globals';
import type { ClockState } from '@tocsin/contracts';
import { anObligation, inHours } from '../testing/a-hold.ts';
import { cancel, clockOf, holdBack, letGo, meet, type Obligation } from './obligation.ts';

/* Declared at hour 0, due at hour 72, DUE_SOON from hour 48 on. */

const steps = { hold: holdBack, release: letGo, meet, cancel };
type Step = readonly [keyof typeof steps, at: number];

/** What the obligation becomes, and the clocks that were announced. */
const play = (...story: readonly Step[]): { readonly obligation: Obligation; readonly told: readonly unknown[] } =>
  story.reduce<{ readonly obligation: Obligation; readonly told: readonly unknown[] }>(
    ({ obligation, told }, [step, at]) => {
      const change = steps[step](obligation, inHours(at));
      const clocks = change?.events.map(({ data }) => ('clock' in data ? data.clock : null)) ?? [];
      return { obligation: change?.state ?? obligation, told: [...told, ...clocks] };
    },
    { obligation: anObligation(), told: [] },
  );
const clockAt = ({ obligation }: ReturnType<typeof play>, at: number): ClockState => clockOf(obligation, inHours(at));

describe('R-85 I-14 the contract clock under a hold', () => {
  it.each([
    ['RUNNING', 10],
    ['DUE_SOON', 50],
    ['DUE_SOON', 71.999],
  ] as const)('from %s at hour %d is HELD, over its end too, and dueAt stays', (_, at) => {
    const held = play(['hold', at]);
    expect([at, 72, 500].map((hours) => clockAt(held, hours))).toEqual(['HELD', 'HELD', 'HELD']);
    expect(held.told).toEqual(['HELD']);
    expect(held.obligation.dueAt).toEqual(anObligation().dueAt);
  });

  it.each([72, 80])('OVERDUE at hour %d stays so, though nothing is sent', (at) => {
    const held = play(['hold', at]);
    expect([clockAt(held, at), clockAt(held, 500)]).toEqual(['OVERDUE', 'OVERDUE']);
    expect([held.obligation.heldSince, held.told]).toEqual([inHours(at), []]);
  });

  it.each([
    [20, 'RUNNING'],
    [50, 'DUE_SOON'],
    [71.999, 'DUE_SOON'],
    [72, 'OVERDUE'],
    [90, 'OVERDUE'],
  ] as const)('released at hour %d goes on by time: %s', (at, clock) => {
    const released = play(['hold', 10], ['release', at]);
    expect(clockAt(released, at)).toBe(clock);
    expect(released.told).toEqual(['HELD', clock]);
  });

  it('is held once, and what is met or cancelled is not held', () => {
    const held = play(['hold', 10]).obligation;
    expect(holdBack(held, inHours(11))).toBeNull();
    expect(letGo(anObligation(), inHours(11))).toBeNull();
    for (const end of ['meet', 'cancel'] as const) {
      expect(holdBack(play([end, 5]).obligation, inHours(6))).toBeNull();
      expect(play(['hold', 4], [end, 5]).obligation.heldSince).toBeNull();
    }
  });
});

describe('R-85 what is sent after a hold', () => {
  it.each([
    ['before its end, by then', 60, 71.999, 'MET', false],
    ['before its end, after that', 60, 72, 'MET_LATE', false],
    ['just before its end, within 4 hours', 71.999, 73, 'MET_LATE', false],
    ['at its end, within 4 hours', 72, 75.999, 'MET', true],
    ['past its end, at once', 90, 90, 'MET', true],
    ['past its end, within 4 hours', 90, 93.999, 'MET', true],
    ['past its end, after 4 hours', 90, 94, 'MET_LATE', false],
  ] as const)('that was released %s', (_, released, met, clock, heldPastDue) => {
    const told = play(['hold', 10], ['release', released], ['meet', met]);
    expect([clockAt(told, met), clockAt(told, 1_000)]).toEqual([clock, clock]);
    expect(told.obligation.heldPastDue).toBe(heldPastDue);
  });

  it('I-20 that began when it was OVERDUE is late', () => {
    const late = play(['hold', 73], ['release', 90], ['meet', 91]);
    expect([clockAt(late, 91), late.obligation.graceUntil]).toEqual(['MET_LATE', null]);
  });

  it('a second hold does not begin the 4 hours anew', () => {
    const twice = play(['hold', 10], ['release', 90], ['hold', 91], ['release', 200], ['meet', 201]);
    expect(clockAt(twice, 201)).toBe('MET_LATE');
    expect(clockAt(play(['hold', 10], ['release', 90], ['hold', 91], ['release', 92], ['meet', 93]), 93)).toBe('MET');
  });

  it('a mail that left before the hold and arrives under it meets in time, past its end too', () => {
    expect(play(['hold', 10], ['meet', 11]).obligation).toMatchObject({ heldPastDue: false, heldSince: null });
    const arrived = play(['hold', 71.9], ['meet', 72.01]);
    expect([clockAt(arrived, 100), arrived.obligation.heldPastDue]).toEqual(['MET', true]);
  });

  it('says so when it is announced', () => {
    const { obligation } = play(['hold', 10], ['release', 90]);
    const data = (at: number) => meet(obligation, inHours(at))?.events[0]?.data;
    expect(data(91)).toMatchObject({ clock: 'MET', heldPastDue: true });
    expect(data(95)).not.toHaveProperty('heldPastDue');
  });
});

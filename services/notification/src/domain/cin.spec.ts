import { describe, expect, it } from '@jest/globals';
import { CinState } from '@tocsin/contracts';
import { declare, execute, notStarted, prepare, settle, standDown, type Cin } from './cin.ts';

const now = new Date('2026-11-20T09:00:00Z');
const aCin = (state: CinState): Cin => ({
  ...notStarted('i'),
  version: 3,
  state,
  declaredAt: state === 'NOT_STARTED' || state === 'PREPARING' ? null : now,
});

const steps = {
  prepare: (cin: Cin) => prepare(cin, now),
  standDown: (cin: Cin) => standDown(cin, now),
  declare: (cin: Cin) => declare(cin, now, now),
  execute: (cin: Cin) => execute(cin, now),
  allMet: (cin: Cin) => settle(cin, true, now),
  notAllMet: (cin: Cin) => settle(cin, false, now),
};
type Step = keyof typeof steps;

/** What is not listed changes nothing. */
const machine: Record<CinState, Partial<Record<Step, CinState>>> = {
  NOT_STARTED: { prepare: 'PREPARING', declare: 'DECLARED' },
  PREPARING: { standDown: 'NOT_STARTED', declare: 'DECLARED' },
  DECLARED: { execute: 'EXECUTING' },
  EXECUTING: { allMet: 'FULFILLED' },
  FULFILLED: { notAllMet: 'EXECUTING' },
};
const table = CinState.options.flatMap((from) =>
  (Object.keys(steps) as Step[]).map((step) => ({ from, step, to: machine[from][step] ?? null })),
);

describe('R-26 the Customer Incident Notification process', () => {
  it.each(table)('$from, $step: $to', ({ from, step, to }) => {
    const change = steps[step](aCin(from));
    expect(change?.state.state ?? null).toBe(to);
    if (change === null) return;
    expect(change.state.version).toBe(4);
    expect(change.events).toEqual([expect.objectContaining({ data: expect.objectContaining({ from, to }) })]);
  });

  it('I-14 the instant of the declaration never moves', () => {
    expect(declare(aCin('DECLARED'), new Date('2026-12-01T00:00:00Z'), now)).toBeNull();
    expect(declare(aCin('PREPARING'), now, new Date('2026-12-01T00:00:00Z'))?.state.declaredAt).toEqual(now);
  });
});

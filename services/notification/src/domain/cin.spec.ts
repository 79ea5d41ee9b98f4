import { describe, expect, it } from '@jest/globals';
import { CinState } from '@tocsin/contracts';
import {
  concludeRetraction,
  declare,
  execute,
  isExecuting,
  notStarted,
  prepare,
  retract,
  settle,
  standDown,
  type Cin,
} from './cin.ts';

const now = new Date('2026-11-20T09:00:00Z');
const aCin = (state: CinState): Cin => ({
  ...notStarted('i'),
  version: 3,
  state,
  declaredAt: ['NOT_STARTED', 'PREPARING', 'STOOD_DOWN'].includes(state) ? null : now,
  heldFrom: state === 'HELD' ? 'EXECUTING' : null,
});
/** Of what was declared; what was sent is not withdrawn yet. */
const aRetracted = (state: CinState): Cin => retract(aCin(state), now)?.state ?? aCin(state);

const steps = {
  prepare: (cin: Cin) => prepare(cin, now),
  standDown: (cin: Cin) => standDown(cin, false, now),
  declare: (cin: Cin) => declare(cin, now, now),
  execute: (cin: Cin) => execute(cin, now),
  allMet: (cin: Cin) => settle(cin, { allMet: true, allHeld: false }, now),
  notAllMet: (cin: Cin) => settle(cin, { allMet: false, allHeld: false }, now),
  allHeld: (cin: Cin) => settle(cin, { allMet: false, allHeld: true }, now),
  conclude: (cin: Cin) => concludeRetraction(cin, now),
};
type Step = keyof typeof steps;

/** What is not listed changes nothing. */
const machine: Record<CinState, Partial<Record<Step, CinState>>> = {
  NOT_STARTED: { prepare: 'PREPARING', declare: 'DECLARED' },
  PREPARING: { standDown: 'STOOD_DOWN', declare: 'DECLARED' },
  DECLARED: { execute: 'EXECUTING', allHeld: 'HELD' },
  EXECUTING: { allMet: 'FULFILLED', allHeld: 'HELD' },
  // A new tenant's obligation reopens it before that can be held.
  FULFILLED: { notAllMet: 'EXECUTING', allHeld: 'EXECUTING' },
  HELD: { allMet: 'EXECUTING', notAllMet: 'EXECUTING' },
  STOOD_DOWN: { prepare: 'PREPARING', declare: 'DECLARED' },
};
/** Once retracted: the withdrawals end it, or something new begins; G4 has fallen. */
const retracted = { prepare: 'PREPARING', declare: 'DECLARED', conclude: 'STOOD_DOWN' } as const;
const declaredStates = ['DECLARED', 'EXECUTING', 'FULFILLED'] as const;
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

  it.each(declaredStates)('I-7 a declaration in %s is retracted once, without a step of its own', (state) => {
    const change = retract(aCin(state), now);
    expect(change?.state).toMatchObject({ state, declaredAt: null, retractedAt: now, version: 4 });
    expect(change?.events).toEqual([]);
    expect(retract(aRetracted(state), now)).toBeNull();
  });

  it.each(['NOT_STARTED', 'PREPARING', 'STOOD_DOWN'] as const)('I-7 in %s there is nothing to retract', (state) => {
    expect(retract(aCin(state), now)).toBeNull();
  });

  it.each(declaredStates)('I-7 after its retraction, %s goes on to nothing but its end or a new beginning', (from) => {
    for (const step of Object.keys(steps) as Step[]) {
      const change = steps[step](aRetracted(from));
      expect([step, change?.state.state]).toEqual([step, retracted[step as keyof typeof retracted]]);
    }
  });

  it('I-7 what began anew is not stood down by the withdrawals of what was retracted', () => {
    const anew = [prepare(aRetracted('EXECUTING'), now), declare(aRetracted('EXECUTING'), now, now)];
    for (const change of anew) {
      expect(change?.state).toMatchObject({ retractedAt: null });
      expect(change && concludeRetraction(change.state, now)).toBeNull();
    }
  });

  it.each(CinState.options)('R-53 notices may leave in %s', (state) => {
    expect(isExecuting(aCin(state))).toBe(['EXECUTING', 'FULFILLED', 'HELD'].includes(state));
    expect(isExecuting(aRetracted(state))).toBe(false);
  });

  it('R-85 what is HELD goes back to where it stood; G4 that comes meanwhile is not lost', () => {
    const held = steps.allHeld(aCin('DECLARED'))?.state ?? aCin('DECLARED');
    expect(held).toMatchObject({ state: 'HELD', heldFrom: 'DECLARED' });
    expect(isExecuting(held)).toBe(false);
    expect(steps.notAllMet(held)?.state).toMatchObject({ state: 'DECLARED', heldFrom: null });
    const authorized = execute(held, now);
    expect(authorized?.events).toEqual([]);
    const anew = authorized?.state ?? held;
    expect([isExecuting(anew), execute(anew, now)]).toEqual([true, null]);
    expect(steps.notAllMet(anew)?.state).toMatchObject({ state: 'EXECUTING', heldFrom: null, version: 6 });
  });
});

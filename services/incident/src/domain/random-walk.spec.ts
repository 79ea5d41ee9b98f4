import { expect, it } from '@jest/globals';
import { ActionKind, Disposition, Responsibility, Stage, type Change } from '@tocsin/contracts';
import { DomainError } from '@tocsin/errors';
import { completeAction, recordAction } from './actions.ts';
import {
  anIncident,
  asEngineer,
  asManager,
  asResponder,
  evidenceId,
  idOf,
  later,
  knownAtDecision,
  notHeld,
  nothingKnown,
} from './an-incident.ts';
import { close, reopen } from './closing.ts';
import { verifyContainment } from './containment.ts';
import type { Incident } from './incident.ts';
import { decideResponsibility } from './responsibility.ts';
import { advance } from './stages.ts';

/** mulberry32: the same walk for the same seed, so that a failure can be repeated. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

const listed = new Set(
  'DETECT ASSESS,ASSESS DIAGNOSE,ASSESS CLOSE,DIAGNOSE STABILIZE,DIAGNOSE CLOSE,STABILIZE DIAGNOSE,STABILIZE CLOSE'.split(
    ',',
  ),
);

/** One command by anybody about anything. */
function anyCommand(incident: Incident, roll: (sides: number) => number, n: number): Change<Incident, 'incident'> {
  const pick = <T>(options: readonly T[]): T => options[roll(options.length)] as T;
  const act = pick([asResponder, asManager, asManager, asEngineer]);
  const grounds = {
    reason: pick(['because', 'because', '']),
    evidenceIds: pick([[evidenceId], [evidenceId], [], [idOf(9)]]),
  };
  const commands = [
    () => advance(incident, { ...grounds, to: pick(Stage.options) }, notHeld, act),
    () => advance(incident, { ...grounds, to: pick(Stage.options) }, notHeld, act),
    () => {
      const order = { ...grounds, responsibility: pick(Responsibility.options), tenantIds: null };
      return decideResponsibility(incident, order, knownAtDecision, act);
    },
    () => {
      const order = { kind: pick(ActionKind.options), text: 'do', ownerId: 'user:eng', dueAt: later, doneBy: null };
      return recordAction(incident, { ...order, actionId: idOf(n) }, ['user:eng'], act);
    },
    () => completeAction(incident, { actionId: pick(incident.actions)?.id ?? idOf(0), doneBy: null }, [], act),
    () => verifyContainment(incident, { customerRisk: 'none', businessRisk: 'none', evidenceIds: [evidenceId] }, act),
    () => close(incident, { ...grounds, disposition: pick(Disposition.options) }, nothingKnown, act),
    () => reopen(incident, grounds, act),
  ];
  return pick(commands)();
}

/** What holds after every change. */
function mustHold(before: Incident, { state, events }: Change<Incident, 'incident'>): void {
  expect(state.version).toBe(before.version + 1);
  expect(events.length).toBeGreaterThan(0);
  for (const { event, data } of events) event.data.parse(data);
  expect(state.stageEntries.map(({ n }) => n)).toEqual(state.stageEntries.map((_, index) => index + 1));
  expect(state.stageEntries.slice(0, before.stageEntries.length)).toEqual(before.stageEntries);
  expect(state.stageEntries.at(-1)?.stage).toBe(state.stage);
  if (state.stage !== before.stage) {
    const isReopened = before.status === 'CLOSED' && state.cycle === before.cycle + 1 && state.stage === 'DIAGNOSE';
    expect(isReopened || listed.has(`${before.stage} ${state.stage}`)).toBe(true);
  }
  if (state.status === 'CLOSED') expect(state.stage).toBe('CLOSE');
  if (before.stage === 'STABILIZE' && state.stage === 'CLOSE') expect(before.containment).not.toBeNull();
}

it('R-21 R-22 whatever is commanded, entries are numbered, only listed transitions happen, refusals are coded', () => {
  const reached = new Set<string>();
  for (let seed = 1; seed <= 100; seed += 1) {
    const roll = dice(seed);
    let incident: Incident = anIncident();
    for (let n = 1; n <= 60; n += 1) {
      try {
        const change = anyCommand(incident, roll, n);
        mustHold(incident, change);
        incident = change.state;
        reached.add(`${incident.stage} ${incident.status}`);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
      }
    }
  }
  expect([...reached].sort()).toEqual([
    'ASSESS OPEN',
    'CLOSE CLOSED',
    'CLOSE OPEN',
    'DETECT OPEN',
    'DIAGNOSE OPEN',
    'STABILIZE OPEN',
  ]);
});

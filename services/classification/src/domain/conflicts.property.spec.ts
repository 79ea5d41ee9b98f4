import { expect, it } from '@jest/globals';
import { ConflictChanged, ExerciseState, Responsibility, Stage } from '@tocsin/contracts';
import fc from 'fast-check';
import { fresh, known, now, refusalOf } from '../testing/a-classification.ts';
import { breachStory } from '../testing/classification-stories.ts';
import { perform } from '../testing/play.ts';
import type { Classification, ClassificationChange, KnownExercise } from './classification.ts';
import { reviewed, type Conflict, type ReviewedIncident } from './conflicts.ts';

/* A fixed seed: what is green today is green tomorrow. */
const settings = { seed: 20_261_125, numRuns: 150 };

const exercise: fc.Arbitrary<KnownExercise> = fc.record({
  id: fc.constant('e0000000-0000-4000-8000-000000000001'),
  state: fc.constantFrom(...ExerciseState.options),
  startsAt: fc.constant(new Date('2026-11-19T08:00:00Z')),
  endsAt: fc.constant(new Date('2026-11-19T10:00:00Z')),
});
const incidents = fc.infiniteStream(
  fc.record({
    responsibility: fc.constantFrom(...Responsibility.options),
    stage: fc.constantFrom(...Stage.options),
    cycle: fc.integer({ min: 1, max: 3 }),
    firstIndicationAt: fc.constantFrom(new Date('2026-11-19T07:00:00Z'), new Date('2026-11-19T09:00:00Z')),
    exercise: fc.option(exercise),
    isHeld: fc.boolean(),
  }),
);
const openIds = (conflicts: readonly Conflict[]) =>
  conflicts.filter(({ closedAt }) => closedAt === null).map(({ id }) => id);

let drawn = 0;
const newId = () => `c0f11c70-0000-4000-8000-${String((drawn += 1)).padStart(12, '0')}`;
const review = (change: ClassificationChange, incident: ReviewedIncident) => reviewed(change, incident, { now, newId });

interface Step {
  readonly before: Classification;
  readonly incident: ReviewedIncident;
  readonly change: ClassificationChange;
}

/** Plays any story while the incident changes as it likes, with a review after each step as the use cases have it. */
const ofEveryStep = (holds: (step: Step) => void): void =>
  fc.assert(
    fc.property(breachStory, incidents, (commands, stream) => {
      let before = fresh();
      for (const command of commands) {
        const incident = known(stream.next().value);
        let change: ClassificationChange = { state: before, events: [] };
        refusalOf(() => (change = perform(before, command)));
        change = review(change, incident);
        holds({ before, incident, change });
        before = change.state;
      }
    }),
    settings,
  );

it('what was told of conflicts is what is open, and none is open twice', () => {
  ofEveryStep(({ before, change: { state, events } }) => {
    const open = new Set(openIds(before.conflicts));
    for (const { event, data } of events) {
      if (event.name !== 'ConflictChanged') continue;
      const told = ConflictChanged.data.parse(data);
      expect(open.has(told.conflictId)).toBe(!told.open);
      if (told.open) open.add(told.conflictId);
      else open.delete(told.conflictId);
    }
    expect(openIds(state.conflicts).sort()).toEqual([...open].sort());
    const same = state.conflicts
      .filter(({ closedAt }) => closedAt === null)
      .map(({ kind, why, actorRole }) => `${kind} ${why} ${String(actorRole)}`);
    expect(new Set(same).size).toBe(same.length);
  });
});

it('no conflict is ever lost, opened again or changed but for its end', () => {
  ofEveryStep(({ before, change: { state } }) => {
    before.conflicts.forEach((conflict, n) => {
      expect(state.conflicts[n]).toMatchObject({ ...conflict, closedAt: state.conflicts[n]?.closedAt });
      if (conflict.closedAt !== null) expect(state.conflicts[n]?.closedAt).toBe(conflict.closedAt);
    });
  });
});

it('a review changes nothing but conflicts, and a second one nothing at all', () => {
  ofEveryStep(({ incident, change }) => {
    const again = review({ state: change.state, events: [] }, incident);
    expect(again).toEqual({ state: change.state, events: [] });
    const elsewhere = review(change, known({ cycle: 9, responsibility: 'CUSTOMER' })).state;
    expect({ ...elsewhere, conflicts: [] }).toEqual({ ...change.state, conflicts: [] });
  });
});

it('every reason for a conflict is reached, and settled too', () => {
  const [opened, closed] = [new Set<string>(), new Set<string>()];
  ofEveryStep(({ change: { state } }) => {
    for (const { why, closedAt } of state.conflicts) (closedAt === null ? opened : closed).add(why);
  });
  const reasons = [
    'CUSTOMER_RESPONSIBLE',
    'DATA_AT_RISK',
    'EXECUTION_NOT_AUTHORIZED',
    'GROUND_LOST',
    'INCIDENT_REOPENED',
    'NOTICES_HELD',
    'PEOPLE_RECOUNTED',
    'SEEN_OUTSIDE_EXERCISE',
  ];
  expect([[...opened].sort(), [...closed].sort()]).toEqual([reasons, reasons]);
});

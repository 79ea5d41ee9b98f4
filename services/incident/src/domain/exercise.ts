import { createHash } from 'node:crypto';
import { ExerciseChanged, occurred, type Change, type ExerciseState } from '@tocsin/contracts';
import { InvalidInput, SamePersonRefused, TimeOrderInvalid } from '@tocsin/errors';
import { ExerciseStateRefused, NotRedLead, RulesOfEngagementRequired } from './errors.ts';
import { textOf } from './text.ts';

/** What the red team may do, and what it must leave alone; approved as this very text. */
export interface RulesOfEngagement {
  readonly text: string;
  /** SHA-256 of the text, 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly approvedBy: string | null;
}

/** Something the red team did. */
export interface RedAction {
  readonly occurredAt: Date;
  readonly text: string;
  readonly recordedAt: Date;
}

/** A drill of the response: the red team attacks under rules, the blue team must notice. */
export interface Exercise {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly state: ExerciseState;
  readonly rulesOfEngagement: RulesOfEngagement;
  readonly plannedBy: string;
  /** Who leads the attack, and who the response; two people. */
  readonly redLead: string;
  readonly blueLead: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly redActions: readonly RedAction[];
}

export type ExerciseChange = Change<Exercise, 'incident'>;

/** Who does it, and when. */
export interface Doing {
  readonly by: string;
  readonly now: Date;
}

export interface ExerciseOrder {
  readonly title: string;
  readonly rulesOfEngagement: string;
  readonly redLead: string;
  readonly blueLead: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
}

const longestDays = 90;
const day = 86_400_000;

/** Plans it, or changes the plan, which then needs approving again. Errors: EXERCISE_STATE, INVALID_INPUT, SAME_PERSON_REFUSED, TIME_ORDER_INVALID. */
export function plan(
  present: Exercise | null,
  order: ExerciseOrder,
  { id, by, now }: Doing & { readonly id: string },
): ExerciseChange {
  if (present !== null) mustBe(present, 'PLANNED', now);
  const { redLead, blueLead, startsAt, endsAt } = order;
  if (redLead === blueLead) throw SamePersonRefused();
  if (endsAt <= startsAt || endsAt <= now) throw TimeOrderInvalid({ field: 'endsAt' });
  mustBeShort(startsAt, endsAt);
  const text = textOf('rulesOfEngagement', order.rulesOfEngagement, 20_000);
  return changed(
    {
      ...{ id, version: (present?.version ?? 0) + 1, title: textOf('title', order.title, 200), state: 'PLANNED' },
      rulesOfEngagement: { text, sha256: createHash('sha256').update(text).digest('hex'), approvedBy: null },
      ...{ plannedBy: by, redLead, blueLead, startsAt, endsAt, redActions: [] },
    },
    now,
  );
}

/** By neither the planner nor the leader of the attack. Errors: EXERCISE_STATE, SAME_PERSON_REFUSED. */
export function approveRules(exercise: Exercise, { by, now }: Doing): ExerciseChange {
  mustBe(exercise, 'PLANNED', now);
  if (by === exercise.plannedBy || by === exercise.redLead) throw SamePersonRefused();
  const rulesOfEngagement = { ...exercise.rulesOfEngagement, approvedBy: by };
  return changed(next(exercise, { rulesOfEngagement }), now);
}

/** PLANNED -> RUNNING, now, whatever start was planned. Errors: EXERCISE_STATE, RULES_OF_ENGAGEMENT_REQUIRED, TIME_ORDER_INVALID,
 * INVALID_INPUT if the end is too far then. */
export function start(exercise: Exercise, { now }: Doing): ExerciseChange {
  mustBe(exercise, 'PLANNED', now);
  if (exercise.rulesOfEngagement.approvedBy === null) throw RulesOfEngagementRequired();
  if (now >= exercise.endsAt) throw TimeOrderInvalid({ field: 'endsAt' });
  mustBeShort(now, exercise.endsAt);
  return changed(next(exercise, { state: 'RUNNING', startsAt: now }), now);
}

/** RUNNING -> ENDED, before its time. Errors: EXERCISE_STATE. */
export function end(exercise: Exercise, { now }: Doing): ExerciseChange {
  mustBe(exercise, 'RUNNING', now);
  return changed(next(exercise, { state: 'ENDED', endsAt: now }), now);
}

/** What the blue team has to notice (I-36); late entries are welcome. Errors: NOT_RED_LEAD, EXERCISE_STATE, TIME_ORDER_INVALID, INVALID_INPUT. */
export function recordRedAction(
  exercise: Exercise,
  order: { readonly occurredAt: Date; readonly text: string },
  { by, now }: Doing,
): ExerciseChange {
  if (by !== exercise.redLead) throw NotRedLead();
  if (exercise.state === 'PLANNED') throw ExerciseStateRefused({ state: exercise.state, needed: 'RUNNING' });
  const { occurredAt } = order;
  if (occurredAt > now || occurredAt < exercise.startsAt || occurredAt > exercise.endsAt)
    throw TimeOrderInvalid({ field: 'occurredAt' });
  const action = { occurredAt, text: textOf('text', order.text, 2_000), recordedAt: now };
  return { state: next(exercise, { redActions: [...exercise.redActions, action] }), events: [] };
}

/** An exercise is over at its end, though nobody said so. */
export const stateAt = ({ state, endsAt }: Exercise, now: Date): ExerciseState =>
  state === 'RUNNING' && now >= endsAt ? 'ENDED' : state;

/** What is known of the response to an exercise. */
export interface Response {
  /** When the blue team opened its first incident. */
  readonly detectedAt: Date | null;
  /** When that, or another of its incidents, was first escalated to DIAGNOSE. */
  readonly escalatedAt: Date | null;
}

/** Milliseconds from the first red action to the blue team's answer (I-36); null while either is missing. */
export function timesOf(
  { redActions }: Exercise,
  { detectedAt, escalatedAt }: Response,
): { readonly detectedAfterMs: number | null; readonly escalatedAfterMs: number | null } {
  const first = redActions.map(({ occurredAt }) => occurredAt.getTime()).toSorted((a, b) => a - b)[0];
  const after = (at: Date | null): number | null => (at === null || first === undefined ? null : at.getTime() - first);
  return { detectedAfterMs: after(detectedAt), escalatedAfterMs: after(escalatedAt) };
}

/** @throws INVALID_INPUT */
function mustBeShort(startsAt: Date, endsAt: Date): void {
  if (endsAt.getTime() - startsAt.getTime() > longestDays * day)
    throw InvalidInput({ field: 'endsAt', reason: `must be within ${longestDays} days of the start` });
}

function mustBe(exercise: Exercise, needed: ExerciseState, now: Date): void {
  const state = stateAt(exercise, now);
  if (state !== needed) throw ExerciseStateRefused({ state, needed });
}

const next = (exercise: Exercise, patch: Partial<Exercise>): Exercise => ({
  ...exercise,
  ...patch,
  version: exercise.version + 1,
});

const changed = (state: Exercise, now: Date): ExerciseChange => ({
  state,
  events: [
    occurred(ExerciseChanged, {
      exerciseId: state.id,
      state: state.state,
      startsAt: state.startsAt.toISOString(),
      endsAt: state.endsAt.toISOString(),
      at: now.toISOString(),
    }),
  ],
});

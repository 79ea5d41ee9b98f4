import { occurred, TuningTaskChanged, type Change, type RootCause, type TuningTaskState } from '@tocsin/contracts';
import { TimeOrderInvalid } from '@tocsin/errors';
import { decided, type Act } from './act.ts';
import { TuningTaskStateRefused } from './errors.ts';

/** What is not listed is refused (`domain.md` section 5). */
const transitions: Readonly<Record<TuningTaskState, readonly TuningTaskState[]>> = {
  OPEN: ['IN_PROGRESS'],
  IN_PROGRESS: ['DONE', 'DECLINED'],
  DONE: [],
  DECLINED: [],
};

/** Work on a detector that false positives of one cause call for. */
export interface TuningTask {
  readonly id: string;
  readonly version: number;
  readonly detectorId: string;
  readonly rootCause: RootCause;
  readonly state: TuningTaskState;
  /** How many false positives it is about. */
  readonly findingCount: number;
  /** Who works on it (principal id); null until somebody does. */
  readonly owner: string | null;
  /** By when its owner means to be done. */
  readonly dueAt: Date | null;
  readonly openedAt: Date;
}

/** One false positive: a detection that was dismissed, or an incident that was classified as one. */
export interface TuningFinding {
  readonly id: string;
  readonly taskId: string;
  readonly detectorId: string;
  readonly detectionId: string | null;
  readonly incidentId: string | null;
  readonly foundAt: Date;
}

/** What became of a false positive. */
export interface Found {
  readonly detectorId: string;
  readonly rootCause: RootCause;
}

type TaskChange = Change<TuningTask, 'detection'>;

const changed = ({ id, detectorId, rootCause, state, findingCount }: TuningTask, now: Date): TaskChange['events'] => [
  occurred(TuningTaskChanged, { taskId: id, detectorId, rootCause, state, findingCount, at: now.toISOString() }),
];

const next = (task: TuningTask, patch: Partial<TuningTask>): TuningTask => ({
  ...task,
  ...patch,
  version: task.version + 1,
});

/** Joins the unfinished task of the same detector and cause, else opens one: a detector is tuned once for a cause. */
export function find(
  unfinished: TuningTask | null,
  { detectorId, rootCause }: Found,
  { newId, now }: { readonly newId: string; readonly now: Date },
): TaskChange {
  const opened: TuningTask = {
    id: newId,
    version: 1,
    detectorId,
    rootCause,
    state: 'OPEN',
    findingCount: 1,
    owner: null,
    dueAt: null,
    openedAt: now,
  };
  const state = unfinished === null ? opened : next(unfinished, { findingCount: unfinished.findingCount + 1 });
  return { state, events: changed(state, now) };
}

/** OPEN -> IN_PROGRESS, by its owner. Errors: REASON_REQUIRED, TUNING_TASK_STATE, TIME_ORDER_INVALID. */
export function start(
  task: TuningTask,
  { reason, dueAt }: { readonly reason: string; readonly dueAt: Date | null },
  act: Act,
): TaskChange {
  if (dueAt !== null && dueAt <= act.now) throw TimeOrderInvalid({ field: 'dueAt' });
  return goOn(task, { state: 'IN_PROGRESS', owner: act.by, dueAt }, reason, act);
}

/** IN_PROGRESS -> DONE or DECLINED. Errors: REASON_REQUIRED, TUNING_TASK_STATE. */
export function close(
  task: TuningTask,
  { reason, outcome }: { readonly reason: string; readonly outcome: 'DONE' | 'DECLINED' },
  act: Act,
): TaskChange {
  return goOn(task, { state: outcome }, reason, act);
}

function goOn(
  task: TuningTask,
  patch: Partial<TuningTask> & Pick<TuningTask, 'state'>,
  reason: string,
  act: Act,
): TaskChange {
  const order = { kind: 'tuning', value: { state: patch.state }, role: 'SERVICE_ENGINEER', reason };
  const decision = decided(act, order);
  if (!transitions[task.state].includes(patch.state)) throw TuningTaskStateRefused({ state: task.state });
  const state = next(task, patch);
  return { state, events: changed(state, act.now), decisions: [decision] };
}

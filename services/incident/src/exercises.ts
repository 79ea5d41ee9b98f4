import { randomUUID } from 'node:crypto';
import { can, mayAtAll, mustBeAllowed, type Operation } from '@tocsin/access';
import {
  decodeCursor,
  expectVersion,
  pageSize,
  toPage,
  type Page,
  type PageOrder,
  type Transaction,
} from '@tocsin/database';
import { Forbidden, NotFound } from '@tocsin/errors';
import type { Grounds } from './domain/act.ts';
import * as exercise from './domain/exercise.ts';
import { fork } from './domain/fork.ts';
import type { Incident } from './domain/incident.ts';
import { commitIncident, memberActing, peopleFor, type IncidentTarget } from './incidents.ts';
import { listOnRota } from './rota-reads.ts';
import { instantPosition } from './timeline-reads.ts';
import { exerciseStore } from './store/exercise-store.ts';
import { incidentStore } from './store/incident-store.ts';

/** Which exercise a command is about, and which version of it the caller saw. */
export interface ExerciseTarget {
  readonly exerciseId: string;
  readonly expectedVersion: number;
}

/** Plans an exercise, or changes the plan if one is named. Errors: FORBIDDEN, NOT_FOUND, CONCURRENT_CHANGE and those of `plan`. */
export async function saveExercise(
  tx: Transaction,
  order: exercise.ExerciseOrder & { readonly target: ExerciseTarget | null },
): Promise<exercise.Exercise> {
  mustBeAllowed(tx.by, 'saveExercise');
  const present = order.target === null ? null : await exerciseStore(tx).get(order.target.exerciseId);
  if (present !== null && order.target !== null) expectVersion(present, order.target.expectedVersion);
  const doing = { id: present?.id ?? randomUUID(), by: tx.by.id, now: tx.now };
  return tx.commit(exerciseStore, exercise.plan(present, order, doing));
}

export const approveRulesOfEngagement = (tx: Transaction, target: ExerciseTarget): Promise<exercise.Exercise> =>
  onExercise(tx, 'approveRulesOfEngagement', target, exercise.approveRules);

export const startExercise = (tx: Transaction, target: ExerciseTarget): Promise<exercise.Exercise> =>
  onExercise(tx, 'startExercise', target, exercise.start);

export const endExercise = (tx: Transaction, target: ExerciseTarget): Promise<exercise.Exercise> =>
  onExercise(tx, 'endExercise', target, exercise.end);

export const recordRedAction = (
  tx: Transaction,
  order: ExerciseTarget & { readonly occurredAt: Date; readonly text: string },
): Promise<exercise.Exercise> =>
  onExercise(tx, 'recordRedAction', order, (present, doing) => exercise.recordRedAction(present, order, doing));

async function onExercise(
  tx: Transaction,
  operation: Operation,
  { exerciseId, expectedVersion }: ExerciseTarget,
  rule: (present: exercise.Exercise, doing: exercise.Doing) => exercise.ExerciseChange,
): Promise<exercise.Exercise> {
  mustBeAllowed(tx.by, operation);
  const present = await exerciseStore(tx).get(exerciseId);
  if (!isVisible(tx, present)) throw NotFound();
  expectVersion(present, expectedVersion);
  return tx.commit(exerciseStore, rule(present, { by: tx.by.id, now: tx.now }));
}

/** Opens a real incident for what was found in an exercise, and returns it. Errors: those of `fork`. */
export async function forkRealIncident(tx: Transaction, order: IncidentTarget & Grounds): Promise<Incident> {
  const { incident, act } = await memberActing(tx, 'forkRealIncident', order.incidentId);
  expectVersion(incident, order.expectedVersion);
  const identity = { incidentId: randomUUID(), number: await incidentStore(tx).nextNumber() };
  const begun = { ...order, ...identity, onRota: await listOnRota(tx) };
  const forked = fork(incident, begun, await peopleFor(tx, { promotedBy: act.actorId, onRota: begun.onRota }), act);
  await commitIncident(tx, forked.exercise);
  return commitIncident(tx, forked.real);
}

/** Managers see every exercise, other people those they lead. */
const seesAll = (tx: Transaction): boolean => can(tx.by, 'read:everyExercise');
const isVisible = (tx: Transaction, { redLead, blueLead }: exercise.Exercise): boolean =>
  seesAll(tx) || [redLead, blueLead].includes(tx.by.id);

/** An exercise as somebody may see it: what the red team does is a secret until it is over. */
export interface VisibleExercise extends Omit<exercise.Exercise, 'redActions'> {
  readonly redActions: readonly exercise.RedAction[] | null;
  readonly detectedAfterMs: number | null;
  readonly escalatedAfterMs: number | null;
}

/** Null if it is absent, or not the caller's to see. Errors: FORBIDDEN. */
export async function findExercise(tx: Transaction, id: string): Promise<VisibleExercise | null> {
  if (!mayAtAll(tx.by, 'read:exercise')) throw Forbidden({ operation: 'read:exercise' });
  const found = await exerciseStore(tx).find(id);
  return found !== null && isVisible(tx, found) ? shown(tx, found) : null;
}

/** The exercises that the caller may see, the latest start first. Errors: FORBIDDEN, INVALID_INPUT. */
export async function pageExercises(tx: Transaction, { first, after }: PageOrder): Promise<Page<VisibleExercise>> {
  mustBeAllowed(tx.by, 'read:exercise');
  const found = await exerciseStore(tx).page({
    limit: pageSize({ first }) + 1,
    after: instantPosition(decodeCursor(after)),
    person: seesAll(tx) ? null : tx.by.id,
  });
  const page = toPage(found, first, ({ id, startsAt }) => ({ key: startsAt.toISOString(), id }));
  const edges: { cursor: string; node: VisibleExercise }[] = [];
  for (const { cursor, node } of page.edges) edges.push({ cursor, node: await shown(tx, node) });
  return { ...page, edges };
}

async function shown(tx: Transaction, found: exercise.Exercise): Promise<VisibleExercise> {
  const state = exercise.stateAt(found, tx.now);
  const knows = found.redLead === tx.by.id || (found.plannedBy === tx.by.id && found.blueLead !== tx.by.id);
  if (state !== 'ENDED' && !knows)
    return { ...found, state, redActions: null, detectedAfterMs: null, escalatedAfterMs: null };
  return { ...found, state, ...exercise.timesOf(found, await exerciseStore(tx).responseTo(found.id)) };
}

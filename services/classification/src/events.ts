import type { Handlers } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import { reviewConflicts } from './conflicts.ts';
import { unclassified } from './domain/classification.ts';
import { factHandlers } from './facts.ts';
import { classificationStore } from './store/classification-store.ts';
import { listOfExercise, lockExercise } from './store/known-facts-store.ts';

/** What classification hears, and the one thing it does then: remember a fact, or begin a classification. */
export const handlers: Handlers<'classification', Transaction> = {
  ...factHandlers,
  IncidentOpened: async (opened, tx) => {
    // Heard again, it must not take back what was decided since.
    if ((await classificationStore(tx).find(opened.incidentId)) !== null) return;
    if (opened.exerciseId !== undefined) await lockExercise(tx, opened.exerciseId);
    await factHandlers.IncidentOpened(opened, tx);
    await tx.commit(classificationStore, { state: unclassified(opened.incidentId, opened.exerciseId), events: [] });
    await reviewConflicts(tx, opened.incidentId);
  },
  StageChanged: async (changed, tx) => {
    await factHandlers.StageChanged(changed, tx);
    await reviewConflicts(tx, changed.incidentId);
  },
  ExerciseChanged: async (changed, tx) => {
    await lockExercise(tx, changed.exerciseId);
    await factHandlers.ExerciseChanged(changed, tx);
    for (const id of await listOfExercise(tx, changed.exerciseId)) await reviewConflicts(tx, id);
  },
  ResponsibilityDecided: async (decided, tx) => {
    await factHandlers.ResponsibilityDecided(decided, tx);
    await reviewConflicts(tx, decided.incidentId);
  },
  HoldChanged: async (hold, tx) => {
    await factHandlers.HoldChanged(hold, tx);
    // Of another topic than the incident's opening: what is not known yet is looked at when its stages are heard.
    if ((await classificationStore(tx).find(hold.incidentId)) !== null) await reviewConflicts(tx, hold.incidentId);
  },
  IncidentReopened: async (reopened, tx) => {
    await factHandlers.IncidentReopened(reopened, tx);
    await reviewConflicts(tx, reopened.incidentId);
  },
};

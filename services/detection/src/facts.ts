import type { Handlers } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import type { Facts } from '@tocsin/messaging';
import { saveExercise } from './store/known-exercise-store.ts';
import { knownExerciseTable } from './store/known-exercise-table.ts';
import { saveAttachment, saveLevel } from './store/known-incident-store.ts';
import { knownAttachmentTable, knownLevelTable } from './store/known-incident-table.ts';

/** Foreign facts that detection keeps; handled anew from the first event on, they come out the same. */
export const handlers: Handlers<'detection', Transaction> = {
  ExerciseChanged: ({ exerciseId, state, startsAt, endsAt }, tx) =>
    saveExercise(tx, { exerciseId, state, startsAt: new Date(startsAt), endsAt: new Date(endsAt) }),
  IncidentOpened: async ({ incidentId, detectionIds, at }, tx) => {
    for (const detectionId of detectionIds) await saveAttachment(tx, { detectionId, incidentId, since: new Date(at) });
  },
  DetectionAttached: ({ incidentId, detectionId, at }, tx) =>
    saveAttachment(tx, { detectionId, incidentId, since: new Date(at) }),
  IncidentClassified: ({ incidentId, level, rootCause = null }, tx) => saveLevel(tx, { incidentId, level, rootCause }),
};

export const facts: Facts<'detection'> = {
  tables: [knownExerciseTable, knownAttachmentTable, knownLevelTable],
  handlers,
};

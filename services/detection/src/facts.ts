import type { Handlers } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import type { Facts } from '@tocsin/messaging';
import { saveExercise } from './store/known-exercise-store.ts';
import { knownExerciseTable } from './store/known-exercise-table.ts';

/** All that detection hears: foreign facts; handled anew from the first event on, they come out the same. */
export const handlers: Handlers<'detection', Transaction> = {
  ExerciseChanged: ({ exerciseId, state, startsAt, endsAt }, tx) =>
    saveExercise(tx, { exerciseId, state, startsAt: new Date(startsAt), endsAt: new Date(endsAt) }),
};

export const facts: Facts<'detection'> = { tables: [knownExerciseTable], handlers };

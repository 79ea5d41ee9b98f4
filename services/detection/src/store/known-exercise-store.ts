import type { Transaction } from '@tocsin/database';
import type { KnownExercise } from '../domain/exercise.ts';
import { knownExerciseTable } from './known-exercise-table.ts';

/* What we heard about exercises; written by facts.ts only. */

export const saveExercise = (tx: Transaction, exercise: KnownExercise): Promise<unknown> =>
  tx.manager.getRepository(knownExerciseTable).upsert(exercise, ['exerciseId']);

/** Null if we have not heard of it. */
export const findExercise = (tx: Transaction, exerciseId: string): Promise<KnownExercise | null> =>
  tx.manager.getRepository(knownExerciseTable).findOneBy({ exerciseId });

import type { Transaction } from '@tocsin/database';
import { knownExerciseTable, type KnownExercise } from './known-exercise-table.ts';

/* What we heard about exercises; written by facts.ts only. */

export const saveExercise = (tx: Transaction, exercise: KnownExercise): Promise<unknown> =>
  tx.manager.getRepository(knownExerciseTable).upsert(exercise, ['exerciseId']);

/** Whether the exercise runs now: it was started, nobody ended it, and its time is not over. */
export async function isRunning(tx: Transaction, exerciseId: string): Promise<boolean> {
  const found = await tx.manager.getRepository(knownExerciseTable).findOneBy({ exerciseId });
  return found !== null && found.state === 'RUNNING' && tx.now < found.endsAt;
}

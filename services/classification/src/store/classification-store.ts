import { tableStore, type Transaction } from '@tocsin/database';
import type { Classification } from '../domain/classification.ts';
import { ClassificationTable } from './tables.ts';

export const classificationStore = tableStore<Classification>('classification', ClassificationTable);

/** Ids of the incidents that bear the mark of an exercise, in the order in which they are locked everywhere. */
export async function listOfExercise(tx: Transaction, exerciseId: string): Promise<readonly string[]> {
  const where = { exerciseId };
  const found = await tx.manager
    .getRepository(ClassificationTable)
    .find({ select: { id: true }, where, order: { id: 'ASC' } });
  return found.map(({ id }) => id);
}

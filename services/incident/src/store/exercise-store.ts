import { tableStore, type Position, type Store, type Transaction } from '@tocsin/database';
import type { Exercise, Response } from '../domain/exercise.ts';
import { exerciseTable } from './exercise-table.ts';

interface ExerciseStore extends Store<Exercise> {
  /** The latest start first; only those that `person` leads, if given. */
  page(order: {
    readonly limit: number;
    readonly after: Position | null;
    readonly person: string | null;
  }): Promise<Exercise[]>;
  /** How the blue team answered. */
  responseTo(exerciseId: string): Promise<Response>;
}

const rowsOf = tableStore('exercise', exerciseTable);

/** Exercises. */
export function exerciseStore(tx: Transaction): ExerciseStore {
  return {
    ...rowsOf(tx),
    page: async ({ limit, after, person }) => {
      const query = tx.manager
        .getRepository(exerciseTable)
        .createQueryBuilder('e')
        .orderBy('e.startsAt', 'DESC')
        .addOrderBy('e.id', 'DESC')
        .limit(limit);
      if (after !== null) query.andWhere('(e.startsAt, e.id) < (:key, :id)', after);
      if (person !== null) query.andWhere('(e.redLead = :person or e.blueLead = :person)', { person });
      return query.getMany();
    },
    responseTo: async (exerciseId) => {
      const [row] = await tx.manager.sql<
        { detectedAt: Date | null; escalatedAt: Date | null }[]
      >`/* exercise.response */
        select min(i.detected_at) as "detectedAt", min((entry ->> 'at')::timestamptz) as "escalatedAt"
        from incident i left join lateral jsonb_array_elements(i.stage_entries) entry on entry ->> 'stage' = 'DIAGNOSE'
        where i.exercise_id = ${exerciseId}::uuid`;
      return row ?? { detectedAt: null, escalatedAt: null };
    },
  };
}

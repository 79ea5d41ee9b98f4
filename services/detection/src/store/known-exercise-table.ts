import { EntitySchema } from 'typeorm';
import type { ExerciseState } from '@tocsin/contracts';

export interface KnownExercise {
  readonly exerciseId: string;
  readonly state: ExerciseState;
  readonly endsAt: Date;
}

export const knownExerciseTable = new EntitySchema<KnownExercise>({
  name: 'known_exercise',
  tableName: 'known_exercise',
  columns: {
    exerciseId: { name: 'exercise_id', type: 'uuid', primary: true, primaryKeyConstraintName: 'known_exercise_pk' },
    state: { type: 'text' },
    endsAt: { name: 'ends_at', type: 'timestamptz' },
  },
});

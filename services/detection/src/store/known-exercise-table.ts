import { EntitySchema } from 'typeorm';
import type { KnownExercise } from '../domain/exercise.ts';

export const knownExerciseTable = new EntitySchema<KnownExercise>({
  name: 'known_exercise',
  tableName: 'known_exercise',
  columns: {
    exerciseId: { name: 'exercise_id', type: 'uuid', primary: true, primaryKeyConstraintName: 'known_exercise_pk' },
    state: { type: 'text' },
    startsAt: { name: 'starts_at', type: 'timestamptz' },
    endsAt: { name: 'ends_at', type: 'timestamptz' },
  },
});

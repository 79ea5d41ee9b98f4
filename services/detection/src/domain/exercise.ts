import type { ExerciseState } from '@tocsin/contracts';

/** What is known of an exercise; once it is over `endsAt` is when it ended. */
export interface KnownExercise {
  readonly exerciseId: string;
  readonly state: ExerciseState;
  readonly startsAt: Date;
  readonly endsAt: Date;
}

/** Whether what was observed then, however late it is received, was observed while the exercise ran (R-35, I-35). */
export const wasRunning = ({ state, startsAt, endsAt }: KnownExercise, observedAt: Date): boolean =>
  state !== 'PLANNED' && startsAt <= observedAt && observedAt <= endsAt;

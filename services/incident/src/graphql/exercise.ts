import type { Transaction } from '@tocsin/database';
import { InvalidInput } from '@tocsin/errors';
import type { Resolvers } from '@tocsin/subgraph';
import type { Exercise, ExerciseOrder } from '../domain/exercise.ts';
import * as exercises from '../exercises.ts';
import type { Context } from './context.ts';
import type { DecisionInput } from './incident-commands.ts';

interface Input extends exercises.ExerciseTarget {
  readonly idempotencyKey: string;
}
interface SaveExerciseInput extends ExerciseOrder {
  readonly idempotencyKey: string;
  readonly exerciseId?: string | null;
  readonly expectedVersion?: number | null;
}

/** Runs one command about an exercise; the payload is the exercise as it is now. */
const commanding =
  <I extends { readonly idempotencyKey: string }>(
    name: string,
    work: (tx: Transaction, input: I) => Promise<Exercise>,
  ) =>
  async (_: unknown, { input }: { input: I }, { command, read }: Context) => {
    const { id } = await command(name, input, async (tx) => ({ id: (await work(tx, input)).id }));
    return { exercise: await read((tx) => exercises.findExercise(tx, id)) };
  };

/** Both or neither. Errors: INVALID_INPUT. */
function targetOf({ exerciseId, expectedVersion }: SaveExerciseInput): exercises.ExerciseTarget | null {
  if (exerciseId == null) return null;
  if (expectedVersion == null) throw InvalidInput({ field: 'expectedVersion', reason: 'is needed with exerciseId' });
  return { exerciseId, expectedVersion };
}

/** Exercises, and the fork of a real finding. */
export const exerciseResolvers: Resolvers<Context> = {
  Query: {
    exercise: (_: unknown, { id }: { id: string }, { read }) => read((tx) => exercises.findExercise(tx, id)),
    exercises: (_: unknown, { first, after }: { first: number; after?: string | null }, { read }) =>
      read((tx) => exercises.pageExercises(tx, { first, after: after ?? null })),
  },
  Mutation: {
    saveExercise: commanding<SaveExerciseInput>('saveExercise', (tx, input) =>
      exercises.saveExercise(tx, { ...input, target: targetOf(input) }),
    ),
    approveRulesOfEngagement: commanding<Input>('approveRulesOfEngagement', exercises.approveRulesOfEngagement),
    startExercise: commanding<Input>('startExercise', exercises.startExercise),
    endExercise: commanding<Input>('endExercise', exercises.endExercise),
    recordRedAction: commanding<Input & { readonly occurredAt: Date; readonly text: string }>(
      'recordRedAction',
      exercises.recordRedAction,
    ),
    forkRealIncident: async (_: unknown, { input }: { input: DecisionInput }, { command, load }: Context) => {
      const { id } = await command('forkRealIncident', input, async (tx) => ({
        id: (await exercises.forkRealIncident(tx, input)).id,
      }));
      return { incident: await load.changedIncident(id) };
    },
  },
};

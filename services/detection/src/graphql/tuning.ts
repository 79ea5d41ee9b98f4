import type { PageOrder, Transaction } from '@tocsin/database';
import type * as domain from '../domain/tuning.ts';
import type { TuningFilter } from '../store/tuning-store.ts';
import * as tuning from '../tuning.ts';
import type { Context } from './loaders.ts';

interface Input {
  readonly idempotencyKey: string;
  readonly taskId: string;
  readonly expectedVersion: number;
  readonly reason: string;
}

export const Query = {
  tuningTask: (_: unknown, { id }: { readonly id: string }, { read }: Context) =>
    read((tx) => tuning.findTuningTask(tx, id)),
  tuningTasks: (_: unknown, order: PageOrder & TuningFilter, { read }: Context) =>
    read((tx) => tuning.listTuningTasks(tx, order)),
};

/** Runs a decision about a task; the payload is the task as it is then. */
const deciding =
  <I extends Input>(name: string, decide: (tx: Transaction, input: I) => Promise<domain.TuningTask>) =>
  async (_: unknown, { input }: { readonly input: I }, { command, load }: Context) => {
    const { id } = await command(name, input, async (tx) => ({ id: (await decide(tx, input)).id }));
    return { task: await load.tuningTask.load(id) };
  };

export const Mutation = {
  startTuningTask: deciding<Input & { readonly dueAt?: Date | null }>('startTuningTask', tuning.startTuningTask),
  closeTuningTask: deciding<Input & { readonly outcome: 'DONE' | 'DECLINED' }>(
    'closeTuningTask',
    tuning.closeTuningTask,
  ),
};

export const TuningTask = {
  __resolveReference: ({ id }: { readonly id: string }, { load }: Context) => load.tuningTask.load(id),
  detector: ({ detectorId }: domain.TuningTask, _: unknown, { load }: Context) => load.detector.load(detectorId),
  findings: ({ id }: domain.TuningTask, order: PageOrder, { read }: Context) =>
    read((tx) => tuning.listFindings(tx, id, order)),
  decisions: ({ id }: domain.TuningTask, _: unknown, { read }: Context) =>
    read(async (tx) =>
      (await tuning.listTuningDecisions(tx, id)).map(({ value, ...decision }) => ({
        ...decision,
        state: (value as { readonly state: string }).state,
      })),
    ),
};

export const TuningFinding = {
  detection: ({ detectionId }: domain.TuningFinding, _: unknown, { load }: Context) =>
    detectionId === null ? null : load.detection.load(detectionId),
};

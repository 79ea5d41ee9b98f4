import type { PageOrder, Transaction } from '@tocsin/database';
import type { Suppression as State } from '../domain/suppression.ts';
import type { SuppressionFilter } from '../store/suppression-store.ts';
import * as suppressions from '../suppressions.ts';
import type { Context } from './loaders.ts';

export const Query = {
  suppression: (_: unknown, { id }: { readonly id: string }, { read }: Context) =>
    read((tx) => suppressions.findSuppression(tx, id)),
  suppressions: (_: unknown, order: PageOrder & SuppressionFilter, { read }: Context) =>
    read((tx) => suppressions.listSuppressions(tx, order)),
};

/** Runs a decision about a suppression; the payload is the suppression as it is then. */
const deciding =
  <I>(name: string, decide: (tx: Transaction, input: I) => Promise<State>) =>
  async (
    _: unknown,
    { input }: { readonly input: I & { readonly idempotencyKey: string } },
    { command, load }: Context,
  ) => {
    const { id } = await command(name, input, async (tx) => ({ id: (await decide(tx, input)).id }));
    return { suppression: await load.suppression.load(id) };
  };

export const Mutation = {
  proposeSuppression: deciding('proposeSuppression', suppressions.proposeSuppression),
  reviseSuppression: deciding('reviseSuppression', suppressions.reviseSuppression),
  replaySuppression: deciding('replaySuppression', suppressions.replaySuppression),
  activateSuppression: deciding('activateSuppression', suppressions.activateSuppression),
  rejectSuppression: deciding('rejectSuppression', suppressions.rejectSuppression),
  revokeSuppression: deciding('revokeSuppression', suppressions.revokeSuppression),
};

export const Suppression = {
  __resolveReference: ({ id }: { readonly id: string }, { load }: Context) => load.suppression.load(id),
  detector: ({ detectorId }: State, _: unknown, { load }: Context) => load.detector.load(detectorId),
  task: ({ taskId }: State, _: unknown, { load }: Context) => (taskId === null ? null : load.tuningTask.load(taskId)),
  suppressedCount: async ({ id }: State, _: unknown, { load }: Context) => (await load.hidden.load(id))?.count ?? 0,
  decisions: ({ id }: State, _: unknown, { read }: Context) =>
    read(async (tx) =>
      (await suppressions.listSuppressionDecisions(tx, id)).map(({ value, ...decision }) => ({
        ...decision,
        ...(value as { readonly state: string; readonly filterDigest: string }),
      })),
    ),
};

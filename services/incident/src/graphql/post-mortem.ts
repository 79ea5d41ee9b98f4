import type { Resolvers } from '@tocsin/subgraph';
import type { Incident } from '../domain/incident.ts';
import type { Sufficiency, SopUpdate } from '../domain/post-mortem.ts';
import * as postMortems from '../post-mortems.ts';
import type { Context } from './context.ts';
import { commanding, type DecisionInput, type Input } from './incident-commands.ts';

interface SavePostMortemInput extends Input {
  readonly details: string;
  readonly responseSufficient?: Sufficiency | null;
  readonly proceduresSufficient?: Sufficiency | null;
  readonly sopUpdates: readonly (Omit<SopUpdate, 'toVersion'> & { readonly toVersion?: string | null })[];
  readonly noUpdateReason?: string | null;
}
interface RecordSopVersionInput extends Input {
  readonly sop: string;
  readonly toVersion: string;
}

/** The post-mortem of an incident, and its commands. */
export const postMortemResolvers: Resolvers<Context> = {
  Incident: {
    postMortem: async ({ id }: Incident, _: unknown, { load }) => (await load.postMortem(id))?.whole ?? null,
    postMortemSummary: async ({ id }: Incident, _: unknown, { load }) => (await load.postMortem(id))?.summary ?? null,
  },
  Mutation: {
    savePostMortem: commanding<SavePostMortemInput>('savePostMortem', (tx, input) => {
      const { responseSufficient = null, proceduresSufficient = null, noUpdateReason = null } = input;
      const sopUpdates = input.sopUpdates.map((update) => ({ ...update, toVersion: update.toVersion ?? null }));
      const order = { ...input, responseSufficient, proceduresSufficient, sopUpdates, noUpdateReason };
      return postMortems.savePostMortem(tx, order);
    }),
    submitPostMortem: commanding<Input>('submitPostMortem', postMortems.submitPostMortem),
    returnPostMortem: commanding<DecisionInput>('returnPostMortem', postMortems.returnPostMortem),
    approvePostMortem: commanding<DecisionInput>('approvePostMortem', postMortems.approvePostMortem),
    recordSopVersion: commanding<RecordSopVersionInput>('recordSopVersion', postMortems.recordSopVersion),
    completePostMortem: commanding<Input>('completePostMortem', postMortems.completePostMortem),
    saveSummary: commanding<Input & { readonly text: string }>('saveSummary', postMortems.saveSummary),
    approveSummary: commanding<DecisionInput>('approveSummary', postMortems.approveSummary),
  },
};

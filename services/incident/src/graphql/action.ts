import type { ActionKind, ActionState } from '@tocsin/contracts';
import type { Resolvers } from '@tocsin/subgraph';
import * as actions from '../actions.ts';
import { isUnreviewed } from '../domain/actions.ts';
import type { Incident } from '../domain/incident.ts';
import type { Context } from './context.ts';
import { commanding, creating, type DecisionInput, type Input } from './incident-commands.ts';

interface RecordActionInput extends Input {
  readonly kind: ActionKind;
  readonly text: string;
  readonly ownerId?: string | null;
  readonly dueAt?: Date | null;
  readonly doneBy?: string | null;
}
interface CompleteActionInput extends Input {
  readonly actionId: string;
  readonly doneBy?: string | null;
}
interface ActionsArgs {
  readonly kind?: ActionKind | null;
  readonly state?: ActionState | null;
}

/** The actions of an incident, and their commands. */
export const actionResolvers: Resolvers<Context> = {
  Incident: {
    actions: (incident: Incident, { kind, state }: ActionsArgs) =>
      incident.actions.filter(
        (action) => action.kind === (kind ?? action.kind) && action.state === (state ?? action.state),
      ),
  },
  Action: { unreviewed: isUnreviewed },
  Mutation: {
    recordAction: creating<RecordActionInput>('recordAction', 'actionId', (tx, input, actionId) => {
      const { ownerId = null, dueAt = null, doneBy = null } = input;
      return actions.recordAction(tx, { ...input, actionId, ownerId, dueAt, doneBy });
    }),
    startAction: commanding<Input & { readonly actionId: string }>('startAction', actions.startAction),
    completeAction: commanding<CompleteActionInput>('completeAction', (tx, input) =>
      actions.completeAction(tx, { ...input, doneBy: input.doneBy ?? null }),
    ),
    cancelAction: commanding<DecisionInput & { readonly actionId: string }>('cancelAction', actions.cancelAction),
    reviewAction: commanding<DecisionInput & { readonly actionId: string }>('reviewAction', actions.reviewAction),
  },
};

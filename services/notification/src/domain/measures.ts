import type { ActionKind, ActionState } from '@tocsin/contracts';
import { ActionCancelled, ActionUnknown } from './errors.ts';

/** An action of the incident as a notice cites it: what for and how far, but none of its words. */
export interface CitedAction {
  readonly id: string;
  readonly kind: ActionKind;
  readonly state: ActionState;
}

/** An action of an incident, as last announced. */
export interface KnownAction extends CitedAction {
  readonly incidentId: string;
}

/** The actions of these ids as they are now, in the order given. Errors: ACTION_UNKNOWN, ACTION_CANCELLED. */
export function cite(actionIds: readonly string[], known: readonly KnownAction[]): readonly CitedAction[] {
  const byId = new Map(known.map(({ id, kind, state }) => [id, { id, kind, state }]));
  const cited = [...new Set(actionIds)].map((id) => byId.get(id) ?? id);
  const unknown = cited.filter((action) => typeof action === 'string');
  if (unknown.length > 0) throw ActionUnknown({ actionIds: unknown });
  const actions = cited.filter((action) => typeof action !== 'string');
  mustStand(actions, known);
  return actions;
}

/** A measure that was given up since is none: the notice would be wrong. Errors: ACTION_CANCELLED. */
export function mustStand(cited: readonly CitedAction[], known: readonly KnownAction[]): void {
  const gone = new Set(known.filter(({ state }) => state === 'CANCELLED').map(({ id }) => id));
  const cancelled = cited.filter(({ id }) => gone.has(id)).map(({ id }) => id);
  if (cancelled.length > 0) throw ActionCancelled({ actionIds: cancelled });
}

const kinds: Readonly<Record<ActionKind, string>> = {
  CONTAINMENT: 'Containment',
  EMERGENCY_MITIGATION: 'Emergency mitigation',
  MITIGATION: 'Mitigation',
  WORKAROUND: 'Workaround',
  RECOVERY: 'Recovery',
  CORRECTIVE: 'Correction of the cause',
  LONG_TERM_MITIGATION: 'Long-term mitigation',
};

const states: Readonly<Record<ActionState, string>> = {
  PLANNED: 'planned',
  IN_PROGRESS: 'under way',
  DONE: 'done',
  CANCELLED: 'cancelled',
};

/** A line for each kind and state, below what the sender says of the measures. */
export const linesOf = (cited: readonly CitedAction[]): readonly string[] => [
  ...new Set(cited.map(({ kind, state }) => `- ${kinds[kind]}: ${states[state]}`)),
];

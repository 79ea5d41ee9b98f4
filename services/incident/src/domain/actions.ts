import { ActionChanged, occurred, type ActionKind, type Change } from '@tocsin/contracts';
import { InvalidInput, NotFound } from '@tocsin/errors';
import type { Act } from './act.ts';
import { ActionNotOpen, OwnerAndDateRequired, StageTooEarly } from './errors.ts';
import { about, next, type Action, type Incident } from './incident.ts';

export interface ActionOrder {
  readonly actionId: string;
  readonly kind: ActionKind;
  readonly text: string;
  readonly ownerId: string | null;
  readonly dueAt: Date | null;
  /** Who did it, if it is done already. */
  readonly doneBy: string | null;
}

/**
 * Records something to be done, or done already, at any time from ASSESS on. Whoever records it owns it
 * unless another owner is named.
 *
 * Errors: STAGE_TOO_EARLY, INVALID_INPUT, OWNER_AND_DATE_REQUIRED.
 */
export function recordAction(incident: Incident, order: ActionOrder, act: Act): Change<Incident, 'incident'> {
  if (incident.stage === 'DETECT') throw StageTooEarly({ stage: incident.stage, needed: 'ASSESS' });
  const text = order.text.trim();
  if (text === '' || text.length > 2_000)
    throw InvalidInput({ field: 'text', reason: 'must have 1 to 2000 characters' });
  if (order.kind === 'LONG_TERM_MITIGATION' && (order.ownerId === null || order.dueAt === null))
    throw OwnerAndDateRequired();
  const isDone = order.doneBy !== null;
  const action: Action = {
    id: order.actionId,
    kind: order.kind,
    text,
    state: isDone ? 'DONE' : 'PLANNED',
    ownerId: order.ownerId ?? act.actorId,
    dueAt: order.dueAt,
    doneBy: order.doneBy,
    doneAt: isDone ? act.now : null,
    recordedBy: act.actorId,
    recordedAt: act.now,
  };
  return withActions(incident, [...incident.actions, action], action, act.now);
}

export interface CompletionOrder {
  readonly actionId: string;
  /** Who did it; the actor if it is not said. */
  readonly doneBy: string | null;
}

/** Marks an action as done. Errors: NOT_FOUND, ACTION_NOT_OPEN. */
export function completeAction(incident: Incident, order: CompletionOrder, act: Act): Change<Incident, 'incident'> {
  const action = incident.actions.find(({ id }) => id === order.actionId);
  if (action === undefined) throw NotFound();
  if (action.state === 'DONE' || action.state === 'CANCELLED')
    throw ActionNotOpen({ actionId: action.id, state: action.state });
  const done: Action = { ...action, state: 'DONE', doneBy: order.doneBy ?? act.actorId, doneAt: act.now };
  const actions = incident.actions.map((known) => (known.id === done.id ? done : known));
  return withActions(incident, actions, done, act.now);
}

function withActions(
  incident: Incident,
  actions: readonly Action[],
  { id, kind, state }: Action,
  now: Date,
): Change<Incident, 'incident'> {
  return {
    state: next(incident, { actions }),
    events: [occurred(ActionChanged, { ...about(incident, now), actionId: id, kind, state })],
  };
}

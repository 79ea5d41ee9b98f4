import { ActionChanged, occurred, StaffRole, type ActionKind, type ActionState, type Change } from '@tocsin/contracts';
import { NotFound, SamePersonRefused } from '@tocsin/errors';
import { actingAs, decided, mustBeGrounded, mustGoOn, type Act, type Grounds } from './act.ts';
import {
  ActionNotDone,
  ActionNotOpen,
  ActionReviewed,
  OwnerAndDateRequired,
  PrincipalNotEligible,
  StageTooEarly,
} from './errors.ts';
import { about, next, type Action, type Incident } from './incident.ts';
import { textOf } from './text.ts';

export interface ActionOrder {
  readonly actionId: string;
  readonly kind: ActionKind;
  readonly text: string;
  readonly ownerId: string | null;
  readonly dueAt: Date | null;
  /** Who did it, if it is done already. */
  readonly doneBy: string | null;
}

export interface CompletionOrder {
  readonly actionId: string;
  /** Who did it; the actor if it is not said. */
  readonly doneBy: string | null;
}

export interface ActionTarget {
  readonly actionId: string;
}

/** Those of the principals whom the order names that the staff directory lists. */
export type Listed = readonly string[];

/** `domain.md` section 5: which states each state may be left for. */
const transitions: Readonly<Record<ActionState, readonly ActionState[]>> = {
  PLANNED: ['IN_PROGRESS', 'DONE', 'CANCELLED'],
  IN_PROGRESS: ['DONE', 'CANCELLED'],
  DONE: [],
  CANCELLED: [],
};

/** Done at once, before the usual review: it is marked until another person has looked at it. */
export const isUnreviewed = ({ kind, state, reviewedBy }: Action): boolean =>
  kind === 'EMERGENCY_MITIGATION' && state !== 'CANCELLED' && reviewedBy === null;

/**
 * Records something to be done, or done already, at any time from ASSESS on. Whoever records it owns it
 * unless another owner is named.
 *
 * Errors: STAGE_TOO_EARLY, INVALID_INPUT, OWNER_AND_DATE_REQUIRED, PRINCIPAL_NOT_ELIGIBLE.
 */
export function recordAction(
  incident: Incident,
  order: ActionOrder,
  listed: Listed,
  act: Act,
): Change<Incident, 'incident'> {
  if (incident.stage === 'DETECT') throw StageTooEarly({ stage: incident.stage, needed: 'ASSESS' });
  const text = textOf('text', order.text, 2_000);
  if (order.kind === 'LONG_TERM_MITIGATION' && (order.ownerId === null || order.dueAt === null))
    throw OwnerAndDateRequired();
  const { ownerId, doneBy } = order;
  mustBeEligible(incident, [ownerId, doneBy], listed, act);
  const action: Action = {
    id: order.actionId,
    kind: order.kind,
    text,
    state: doneBy === null ? 'PLANNED' : 'DONE',
    ownerId: ownerId ?? act.actorId,
    dueAt: order.dueAt,
    doneBy,
    doneAt: doneBy === null ? null : act.now,
    ...(doneBy !== null && { doneRecordedBy: act.actorId }),
    reviewedBy: null,
    reviewedAt: null,
    cancelReason: null,
    recordedBy: act.actorId,
    recordedAt: act.now,
  };
  return withAction(incident, action, act.now);
}

/** PLANNED -> IN_PROGRESS. Errors: NOT_FOUND, ACTION_NOT_OPEN. */
export function startAction(incident: Incident, order: ActionTarget, act: Act): Change<Incident, 'incident'> {
  return withAction(incident, moved(incident, order, 'IN_PROGRESS'), act.now);
}

/** Marks an action as done, also after the incident was closed. Errors: NOT_FOUND, ACTION_NOT_OPEN, PRINCIPAL_NOT_ELIGIBLE. */
export function completeAction(
  incident: Incident,
  order: CompletionOrder,
  listed: Listed,
  act: Act,
): Change<Incident, 'incident'> {
  const action = moved(incident, order, 'DONE');
  mustBeEligible(incident, [order.doneBy], listed, act);
  const done = { doneBy: order.doneBy ?? act.actorId, doneAt: act.now, doneRecordedBy: act.actorId };
  return withAction(incident, { ...action, ...done }, act.now);
}

/** It will not be done. Errors: NOT_FOUND, ACTION_NOT_OPEN, REASON_REQUIRED, EVIDENCE_UNKNOWN. */
export function cancelAction(
  incident: Incident,
  order: ActionTarget & Grounds,
  act: Act,
): Change<Incident, 'incident'> {
  const role = actingAs(act, StaffRole.options);
  mustBeGrounded(incident, order);
  const action: Action = { ...moved(incident, order, 'CANCELLED'), cancelReason: order.reason.trim() };
  const decision = decided(act, role, 'actionCancellation', { actionId: action.id }, order);
  return { ...withAction(incident, action, act.now), decisions: [decision] };
}

/** Did it, or said that it is done: a second person must be neither, or he could act in somebody else's name first. */
export const isInvolved = ({ doneBy, doneRecordedBy, recordedBy }: Action, actorId: string): boolean =>
  doneBy !== null && [doneBy, doneRecordedBy ?? recordedBy].includes(actorId);

/**
 * Somebody who neither did it nor said that it is done finds it right, once.
 *
 * Errors: NOT_FOUND, ACTION_NOT_DONE, ACTION_REVIEWED, SAME_PERSON_REFUSED, REASON_REQUIRED, EVIDENCE_UNKNOWN.
 */
export function reviewAction(
  incident: Incident,
  order: ActionTarget & Grounds,
  act: Act,
): Change<Incident, 'incident'> {
  const role = actingAs(act, StaffRole.options);
  mustBeGrounded(incident, order);
  const action = actionOf(incident, order);
  if (action.state !== 'DONE') throw ActionNotDone({ actionId: action.id, state: action.state });
  if (action.reviewedBy !== null) throw ActionReviewed({ actionId: action.id });
  if (isInvolved(action, act.actorId)) throw SamePersonRefused();
  const reviewed: Action = { ...action, reviewedBy: act.actorId, reviewedAt: act.now };
  const decision = decided(act, role, 'actionReview', { actionId: action.id }, order);
  return { ...withAction(incident, reviewed, act.now), decisions: [decision] };
}

function actionOf(incident: Incident, { actionId }: ActionTarget): Action {
  const action = incident.actions.find(({ id }) => id === actionId);
  if (action === undefined) throw NotFound();
  return action;
}

function moved(incident: Incident, target: ActionTarget, to: ActionState): Action {
  const action = actionOf(incident, target);
  if (!transitions[action.state].includes(to)) throw ActionNotOpen({ actionId: action.id, state: action.state });
  return { ...action, state: to };
}

/** Members, the actor himself, and whoever the staff directory lists. */
function mustBeEligible(
  { members }: Incident,
  named: readonly (string | null)[],
  listed: Listed,
  { actorId }: Act,
): void {
  const known = new Set([actorId, ...listed, ...members.map(({ principalId }) => principalId)]);
  if (named.some((id) => id !== null && !known.has(id))) throw PrincipalNotEligible();
}

/** The incident with the action replaced, or joined if it is new. @throws INCIDENT_MERGED */
function withAction(incident: Incident, action: Action, now: Date): Change<Incident, 'incident'> {
  mustGoOn(incident);
  const isKnown = incident.actions.some(({ id }) => id === action.id);
  const actions = isKnown
    ? incident.actions.map((known) => (known.id === action.id ? action : known))
    : [...incident.actions, action];
  return { state: next(incident, { actions }), events: [actionChanged(incident, action, now)] };
}

/** The announcement of an action as it is now: what for and how far, but no text. */
export const actionChanged = (incident: Incident, { id: actionId, kind, state, reviewedBy }: Action, now: Date) =>
  occurred(ActionChanged, {
    ...about(incident, now),
    actionId,
    kind,
    state,
    ...(reviewedBy !== null && { reviewed: true }),
  });

import { HoldChanged, occurred, type Change, type Decision, type HoldGround, type HoldState } from '@tocsin/contracts';
import { ReasonRequired, SamePersonRefused, TimeOrderInvalid } from '@tocsin/errors';
import {
  AffectedOthersRequired,
  HoldGroundNotAllowed,
  HoldStateRefused,
  NothingToHold,
  ReviewTooFar,
  WrongApprover,
} from './errors.ts';
import type { Act } from './notice.ts';
import { isTerminal, ruleOf, type Obligation } from './obligation.ts';

/** Who may let notices be held (I-17). */
export const holdApprovers = ['LEGAL', 'EXECUTIVE_INCIDENT_MANAGER'] as const;
export type HoldApprover = (typeof holdApprovers)[number];

export interface HoldApproval {
  readonly role: HoldApprover;
  readonly principalId: string;
  /** ISO 8601. */
  readonly at: string;
}

/** A governed stop of sending what is owed, for a while, on a ground that the rules list. */
export interface Hold {
  readonly id: string;
  readonly version: number;
  readonly incidentId: string;
  readonly ground: HoldGround;
  readonly state: HoldState;
  /** What it stops; what opens later is not held by it. */
  readonly obligationIds: readonly string[];
  readonly rationale: string;
  /** Which other customers a notice would put at risk, and how; null if that is not the ground. */
  readonly affectedOthers: string | null;
  readonly placedBy: string;
  readonly placedAt: Date;
  readonly approvals: readonly HoldApproval[];
  /** When it became ACTIVE. */
  readonly startedAt: Date | null;
  /** By when somebody looks again whether it is still needed. It does not end then. */
  readonly reviewAt: Date;
  readonly releasedAt: Date | null;
}

export type HoldChange = Change<Hold, 'notification'>;

/** Hours that a review may be ahead (proposal). */
export const longestReviewHours = 24;
const policyVersion = '2026-11';
const hour = 3_600_000;

export interface HoldOrder {
  readonly id: string;
  readonly incidentId: string;
  readonly ground: HoldGround;
  readonly rationale: string;
  readonly affectedOthers: string | null;
  readonly reviewAt: Date;
}

/**
 * Proposes a hold; nothing is stopped before it is approved.
 *
 * Errors: REASON_REQUIRED, NOTHING_TO_HOLD, HOLD_GROUND_NOT_ALLOWED, AFFECTED_OTHERS_REQUIRED, TIME_ORDER_INVALID,
 * REVIEW_TOO_FAR.
 */
export function place(order: HoldOrder, obligations: readonly Obligation[], act: Act): HoldChange {
  mustBeReasoned(order.rationale);
  const over = obligations.filter(isTerminal);
  if (over.length > 0) throw NothingToHold({ obligationIds: over.map(({ id }) => id) });
  for (const obligation of obligations) mustAllow(obligation, order.ground);
  const affectedOthers = order.affectedOthers?.trim() ?? '';
  if (order.ground === 'RISK_TO_OTHER_CUSTOMERS' && affectedOthers === '') throw AffectedOthersRequired();
  mustBeNear(order.reviewAt, act.now);
  const proposed = {
    ...order,
    version: 0,
    obligationIds: obligations.map(({ id }) => id),
    rationale: order.rationale.trim(),
    affectedOthers: affectedOthers === '' ? null : affectedOthers,
    placedBy: act.by,
    placedAt: act.now,
    approvals: [],
    startedAt: null,
    releasedAt: null,
  };
  return enter({ ...proposed, state: 'PROPOSED' }, 'holdPlacement', act);
}

/**
 * The roles whose approval would bring it further: of EXTREME_CIRCUMSTANCES each role that has not approved, of
 * RISK_TO_OTHER_CUSTOMERS either.
 */
export function missingApprovals({ ground, state, approvals }: Hold): readonly HoldApprover[] {
  if (state !== 'PROPOSED') return [];
  if (ground === 'RISK_TO_OTHER_CUSTOMERS') return approvals.length > 0 ? [] : holdApprovers;
  return holdApprovers.filter((role) => approvals.every((given) => given.role !== role));
}

/**
 * Approves it in the role of the act. Nobody decides alone: not who placed it, and nobody twice (I-17). With the last
 * approval it is ACTIVE.
 *
 * Errors: HOLD_STATE_REFUSED, REASON_REQUIRED, SAME_PERSON_REFUSED, WRONG_APPROVER, NOTHING_TO_HOLD.
 */
export function approve(hold: Hold, obligations: readonly Obligation[], act: Act): HoldChange {
  mustBeIn(hold, 'PROPOSED');
  mustBeReasoned(act.reason);
  const before = hold.approvals.map(({ principalId }) => principalId);
  if ([hold.placedBy, ...before].includes(act.by)) throw SamePersonRefused();
  const missing = missingApprovals(hold);
  const role = missing.find((wanted) => wanted === act.role);
  if (role === undefined) throw WrongApprover({ missing });
  if (obligations.every(isTerminal)) throw NothingToHold({ obligationIds: hold.obligationIds });
  const approval = { role, principalId: act.by, at: act.now.toISOString() };
  const approved = { ...hold, approvals: [...hold.approvals, approval] };
  return missingApprovals(approved).length > 0
    ? decide(approved, 'holdApproval', act)
    : enter({ ...approved, state: 'ACTIVE', startedAt: act.now }, 'holdApproval', act);
}

/** It is still needed: looked at again by then. Errors: HOLD_STATE_REFUSED, REASON_REQUIRED, and those of a review. */
export function renew(hold: Hold, reviewAt: Date, act: Act): HoldChange {
  mustBeIn(hold, 'ACTIVE');
  mustBeReasoned(act.reason);
  mustBeNear(reviewAt, act.now);
  return enter({ ...hold, reviewAt }, 'holdRenewal', act);
}

/** It is not needed any more. Errors: HOLD_STATE_REFUSED, REASON_REQUIRED. */
export function release(hold: Hold, act: Act): HoldChange {
  mustBeIn(hold, 'ACTIVE');
  mustBeReasoned(act.reason);
  return enter({ ...hold, state: 'RELEASED', releasedAt: act.now }, 'holdRelease', act);
}

/** It is not granted, or not wanted any more. Errors: HOLD_STATE_REFUSED, REASON_REQUIRED. */
export function reject(hold: Hold, act: Act): HoldChange {
  mustBeIn(hold, 'PROPOSED');
  mustBeReasoned(act.reason);
  return enter({ ...hold, state: 'REJECTED' }, 'holdRejection', act);
}

export const isActive = ({ state }: Hold): boolean => state === 'ACTIVE';

/** Nobody looked again in time. It stays ACTIVE: a hold ends by a decision only (I-17). */
export const isReviewOverdue = (hold: Hold, now: Date): boolean => isActive(hold) && now >= hold.reviewAt;

/** I-16. */
function mustAllow(obligation: Obligation, ground: HoldGround): void {
  const { ruleId, holdGrounds } = ruleOf(obligation);
  if (!holdGrounds.includes(ground)) throw HoldGroundNotAllowed({ ground, ruleId, allowed: holdGrounds });
}

function mustBeNear(reviewAt: Date, now: Date): void {
  const latest = new Date(now.getTime() + longestReviewHours * hour);
  if (reviewAt <= now) throw TimeOrderInvalid({ field: 'reviewAt' });
  if (reviewAt > latest) throw ReviewTooFar({ latest: latest.toISOString() });
}

function mustBeReasoned(reason: string): void {
  if (reason.trim() === '') throw ReasonRequired();
}

function mustBeIn({ state }: Hold, wanted: HoldState): void {
  if (state !== wanted) throw HoldStateRefused({ state, wanted });
}

/** Decided and announced. */
function enter(hold: Hold, kind: string, act: Act): HoldChange {
  const change = decide(hold, kind, act);
  const { id: holdId, incidentId, ground, obligationIds, state, reviewAt } = change.state;
  const facts = { incidentId, holdId, ground, obligationIds: [...obligationIds], state };
  const told = { ...facts, reviewAt: reviewAt.toISOString(), at: act.now.toISOString() };
  return { ...change, events: [occurred(HoldChanged, told)] };
}

/** Decided, in the same state: there is nothing to announce. */
function decide(hold: Hold, kind: string, act: Act): HoldChange {
  const { id: holdId, ground, state, reviewAt } = hold;
  const value = { holdId, ground, state, reviewAt: reviewAt.toISOString() };
  const decision: Decision = {
    ...{ id: act.decisionId, kind, value, actorId: act.by, role: act.role, at: act.now },
    ...{ reason: act.reason.trim(), evidenceIds: [], policyVersion },
  };
  return { state: { ...hold, version: hold.version + 1 }, events: [], decisions: [decision] };
}

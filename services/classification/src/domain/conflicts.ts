import { ConflictChanged, CustomerDataRisk, occurred, type ActorRole, type ConflictKind } from '@tocsin/contracts';
import type { BreachAssessment, Judgement } from './breach-assessment.ts';
import { circumstancesOf, type Circumstances } from './circumstances.ts';
import { about, type Classification, type ClassificationChange, type KnownIncident } from './classification.ts';
import { manyPeople } from './verdict.ts';

/** What contradicts what, in words for programs. */
export type ConflictReason =
  | 'EXECUTION_NOT_AUTHORIZED'
  | 'CUSTOMER_RESPONSIBLE'
  | 'INCIDENT_REOPENED'
  | 'PEOPLE_RECOUNTED'
  | 'DATA_AT_RISK'
  | 'GROUND_LOST'
  | 'SEEN_OUTSIDE_EXERCISE'
  | 'NOTICES_HELD';

interface Contradiction {
  readonly kind: ConflictKind;
  readonly why: ConflictReason;
  /** In whose part; null if it concerns the incident as a whole. */
  readonly actorRole: ActorRole | null;
}

/** Two decisions that contradict each other, while they do and ever after; people settle it, nothing is undone. */
export interface Conflict extends Contradiction {
  readonly id: string;
  /** ISO 8601. */
  readonly openedAt: string;
  /** ISO 8601; null while it is open. */
  readonly closedAt: string | null;
}

/** What is known of an incident when conflicts are looked for. */
export interface ReviewedIncident extends KnownIncident {
  /** An ACTIVE hold stops a notice of it. */
  readonly isHeld: boolean;
}

export interface Review {
  readonly now: Date;
  readonly newId: () => string;
}

/**
 * The change together with the conflicts that it opens and closes, as part of the same version. Nobody opens or closes
 * them: they follow from what is decided here and known of the incident (`domain.md` section 2).
 */
export function reviewed(
  change: ClassificationChange,
  incident: ReviewedIncident,
  review: Review,
): ClassificationChange {
  const { state } = change;
  const at = review.now.toISOString();
  const present = contradictionsIn(state, incident);
  const ends = state.conflicts.filter((known) => isOpen(known) && !present.some((one) => isSame(one, known)));
  const begins = present
    .filter((one) => !state.conflicts.some((known) => isOpen(known) && isSame(one, known)))
    .map((one): Conflict => ({ ...one, id: review.newId(), openedAt: at, closedAt: null }));
  const kept = state.conflicts.map((known) => (ends.includes(known) ? { ...known, closedAt: at } : known));
  const told = (open: boolean) => (conflict: Conflict) =>
    occurred(ConflictChanged, { ...about(state, review), conflictId: conflict.id, kind: conflict.kind, open });
  return {
    ...change,
    state: { ...state, conflicts: [...kept, ...begins] },
    events: [...change.events, ...ends.map(told(false)), ...begins.map(told(true))],
  };
}

export const isOpen = ({ closedAt }: Conflict): boolean => closedAt === null;

const isSame = (one: Contradiction, other: Contradiction): boolean =>
  one.kind === other.kind && one.why === other.why && one.actorRole === other.actorRole;

/** Every contradiction there is now. */
function contradictionsIn(classification: Classification, incident: ReviewedIncident): readonly Contradiction[] {
  const { crspi, breachAssessments } = classification;
  const isDeclaredForCustomer = crspi === 'DECLARED' && incident.responsibility === 'CUSTOMER';
  // STABILIZE -> CLOSE waits for holds; one that was heard of too late, or placed since, is found here.
  const isClosedButHeld = incident.stage === 'CLOSE' && incident.isHeld;
  const now = circumstancesOf(classification, incident);
  return [
    ...contradiction(isAwareButHeld(classification), 'AWARE_NOT_EXECUTED', 'EXECUTION_NOT_AUTHORIZED'),
    ...contradiction(isDeclaredForCustomer, 'DECLARED_BUT_CUSTOMER', 'CUSTOMER_RESPONSIBLE'),
    ...contradiction(mayBeReal(incident), 'EXERCISE_BUT_REAL', 'SEEN_OUTSIDE_EXERCISE'),
    ...contradiction(isClosedButHeld, 'CLOSED_BUT_HELD', 'NOTICES_HELD'),
    ...breachAssessments.flatMap((assessment) =>
      staleness(assessment, now).flatMap((why) => contradiction(true, 'VERDICT_STALE', why, assessment.actorRole)),
    ),
  ];
}

const contradiction = (
  holds: boolean,
  kind: Contradiction['kind'],
  why: ConflictReason,
  actorRole: ActorRole | null = null,
): readonly Contradiction[] => (holds ? [{ kind, why, actorRole }] : []);

/**
 * G2 stands without G4: statutory clocks run while nothing may be sent (`requirements.md` 2.2). G2 falls where it turned
 * out that there is no personal data breach.
 */
function isAwareButHeld({ awareness, breachAssessments, executionAuthorizedAt }: Classification): boolean {
  const isNone = (actorRole: ActorRole): boolean =>
    breachAssessments.some((known) => known.actorRole === actorRole && known.isPersonalDataBreach === 'NO');
  return executionAuthorizedAt === null && awareness.some(({ actorRole }) => !isNone(actorRole));
}

/**
 * It bears the mark of an exercise, and was first seen while that exercise did not run (I-35): an attacker may hide behind
 * a drill. Settled when people close it, or fork what is real and close the drill.
 */
function mayBeReal({ exercise, firstIndicationAt, stage }: KnownIncident): boolean {
  if (exercise === null || firstIndicationAt === null || stage === 'CLOSE') return false;
  const { state, startsAt, endsAt } = exercise;
  return state === 'PLANNED' || firstIndicationAt < startsAt || firstIndicationAt > endsAt;
}

/** Why a verdict must be judged again; nothing if it still stands, or if there is no breach to judge. */
function staleness(assessment: BreachAssessment, now: Circumstances): readonly ConflictReason[] {
  const { judgement, isPersonalDataBreach, breachTypes } = assessment;
  if (judgement === null || isPersonalDataBreach === 'NO') return [];
  const then = judgement.circumstances;
  const reasons: readonly (readonly [ConflictReason, boolean])[] = [
    // New evidence, a leaked key, an order under article 34(4): whatever it was reopened for.
    ['INCIDENT_REOPENED', now.cycle > then.cycle],
    ['PEOPLE_RECOUNTED', isRecounted(judgement, now)],
    ['DATA_AT_RISK', riskOf(now) > riskOf(then) && riskOf(now) >= CustomerDataRisk.options.indexOf('IMMINENT')],
    // A answers no loss of availability, also if that is found out later (I-23).
    ['GROUND_LOST', judgement.art34Ground === 'A' && breachTypes.includes('AVAILABILITY')],
  ];
  return reasons.filter(([, holds]) => holds).map(([why]) => why);
}

/** The scopes crossed the number from which the risk is high, and came to another side than what was judged on. */
function isRecounted({ inputs, circumstances }: Judgement, now: Circumstances): boolean {
  const isMany = (subjects: number | null): boolean => (subjects ?? 0) >= manyPeople;
  const present = isMany(now.subjects);
  return present !== isMany(circumstances.subjects) && present !== isMany(inputs.subjects);
}

/** From 0, none, to 3, confirmed. */
const riskOf = ({ customerDataRisk }: Circumstances): number => CustomerDataRisk.options.indexOf(customerDataRisk);

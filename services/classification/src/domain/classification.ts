import {
  CrspiDeclared,
  ExecutionAuthorized,
  ImpactAssessed,
  IncidentClassified,
  occurred,
  ScopeChanged,
  type Change,
  type Crspi,
  type CustomerDataRisk,
  type Decision,
  type DeclarationBasis,
  type Domain,
  type EventGround,
  type ExerciseState,
  type Level,
  type Responsibility,
  type RootCause,
  type ScopeStatus,
  type Stage,
} from '@tocsin/contracts';
import { RootCauseRequired } from '@tocsin/errors';
import type { Awareness } from './awareness.ts';
import type { BreachAssessment } from './breach-assessment.ts';
import type { Conflict } from './conflicts.ts';
import type { DecisionValues } from './decision-values.ts';
import {
  AlreadyDeclared,
  BasisRequired,
  CustomerResponsibility,
  GroundRequired,
  LegalAdviserRequired,
  LevelNotIncident,
  LevelTransitionRefused,
  NotDeclared,
  PrivacyImpliesSecurity,
  RetractFirst,
  TenantUnknown,
} from './errors.ts';
import { labelFactsOf } from './labels.ts';
import { scoped, type ScopingTask } from './scoping.ts';
import { isAtRisk, rate, severityPolicyVersion, type Impacts, type Rating } from './severity.ts';

export interface Assessment extends Impacts, Rating {
  /** Work does not stop at night. Assessments of before 2026-11-25 do not say it. */
  readonly roundTheClock?: boolean;
  /** ISO 8601. */
  readonly at: string;
}

/** Whether and how one tenant is affected. */
export interface AffectedScope {
  readonly tenantId: string;
  readonly subscriptionIds: readonly string[];
  readonly status: ScopeStatus;
  readonly dataCategories: readonly string[];
  readonly subjects?: number;
  readonly records?: number;
  /** Where the data-flow logs that show it are found. */
  readonly flowLogRefs: readonly string[];
}

/** What is decided about one incident; its id is the incident's. */
export interface Classification {
  readonly id: string;
  readonly version: number;
  readonly assessment: Assessment | null;
  readonly level: Level;
  readonly domains: readonly Domain[];
  readonly eventGround: EventGround | null;
  readonly crspi: Crspi;
  readonly basis: readonly DeclarationBasis[];
  /** Gate G1 stands. */
  readonly suspected: boolean;
  readonly declaredAt: Date | null;
  /** Who advised to declare, to decline or to retract. */
  readonly legalAdviserId: string | null;
  /** Gate G4. */
  readonly executionAuthorizedAt: Date | null;
  readonly scopes: readonly AffectedScope[];
  /** The latest; null if a declaration never lacked a tenant. */
  readonly scopingTask: ScopingTask | null;
  /** The exercise that the incident is part of; null for a real one (I-35). */
  readonly exerciseId: string | null;
  /** Gate G2, one for each part that is aware. */
  readonly awareness: readonly Awareness[];
  readonly breachAssessments: readonly BreachAssessment[];
  /** Open and closed ones, in the order they were opened. */
  readonly conflicts: readonly Conflict[];
}

/** An exercise as the incident service announced it last. */
export interface KnownExercise {
  readonly id: string;
  readonly state: ExerciseState;
  readonly startsAt: Date;
  readonly endsAt: Date;
}

/** What this service knows of the incident itself. */
export interface KnownIncident {
  readonly id: string;
  readonly stage: Stage;
  readonly responsibility: Responsibility;
  /** When it was opened; null if that was before this was kept here. */
  readonly detectedAt: Date | null;
  /** When the earliest signal was seen; null if it was opened before this was kept here. */
  readonly firstIndicationAt: Date | null;
  /** The exercise whose mark it bears; null for a real one, and until the exercise was heard of. */
  readonly exercise: KnownExercise | null;
  /** 1, and one more for each reopening. */
  readonly cycle: number;
}

/** Who decides, when, why, on what. */
export interface Act {
  readonly by: string;
  readonly role: string;
  readonly now: Date;
  readonly decisionId: string;
  readonly reason: string;
  readonly evidenceIds: readonly string[];
}

export type ClassificationChange = Change<Classification, 'classification'>;

export const unclassified = (incidentId: string, exerciseId: string | null = null): Classification => ({
  id: incidentId,
  exerciseId,
  version: 1,
  assessment: null,
  level: 'UNCLASSIFIED',
  domains: [],
  eventGround: null,
  crspi: 'NOT_CONSIDERED',
  basis: [],
  suspected: false,
  declaredAt: null,
  legalAdviserId: null,
  executionAuthorizedAt: null,
  scopes: [],
  scopingTask: null,
  awareness: [],
  breachAssessments: [],
  conflicts: [],
});

/** Errors: IMPACT_NONE_EXCLUSIVE. */
export function assess(classification: Classification, impacts: Impacts, act: Act): ClassificationChange {
  const rating = rate(impacts);
  const { functional, recoverability, customerDataRisk } = impacts;
  const information = [...impacts.information];
  const roundTheClock = goesOnAtNight(classification, customerDataRisk);
  const assessment = { ...impacts, ...rating, roundTheClock, at: act.now.toISOString() };
  const facts = { functional, information, recoverability, customerDataRisk, ...rating, roundTheClock };
  return {
    state: next(classification, { assessment }),
    events: [occurred(ImpactAssessed, { ...about(classification, act), ...facts })],
    decisions: [decided('assessment', facts, act)],
  };
}

/** Begins with a risk that is IMMINENT or CONFIRMED, and ends with NONE, not before (R-42, I-11). */
function goesOnAtNight({ assessment }: Classification, risk: CustomerDataRisk): boolean {
  if (risk === 'NONE' || assessment === null) return isAtRisk(risk);
  return isAtRisk(risk) || (assessment.roundTheClock ?? isAtRisk(assessment.customerDataRisk));
}

export interface ClassifyOrder {
  readonly level: Exclude<Level, 'UNCLASSIFIED'>;
  readonly domains: readonly Domain[];
  readonly eventGround: EventGround | null;
  readonly rootCause: RootCause | null;
}

/** Any level may follow any other, but a declared incident stays one (`domain.md` section 5). */
export function classify(classification: Classification, order: ClassifyOrder, act: Act): ClassificationChange {
  const { level, eventGround, rootCause } = order;
  if (classification.crspi === 'DECLARED' && level !== 'INCIDENT') throw RetractFirst();
  const domains: Domain[] = level === 'FALSE_POSITIVE' ? [] : [...order.domains];
  if (level === 'FALSE_POSITIVE' && rootCause === null) throw RootCauseRequired();
  if (level !== 'FALSE_POSITIVE' && domains.length === 0) throw LevelTransitionRefused({ domains: 'name SECURITY' });
  if (domains.includes('PRIVACY') && !domains.includes('SECURITY')) throw PrivacyImpliesSecurity();
  if (level === 'EVENT' && eventGround === null) throw GroundRequired();
  const state = next(classification, { level, domains, eventGround });
  const cause = level === 'FALSE_POSITIVE' && rootCause !== null ? { rootCause } : {};
  const facts = labelFactsOf(state);
  return {
    state,
    events: [occurred(IncidentClassified, { ...about(state, act), ...facts, ...cause })],
    decisions: [decided('classification', { ...facts, ...cause }, act)],
  };
}

/** Who advised. */
export interface LegalAdvice {
  readonly legalAdviserId: string;
  /** Whether that person is a present member with the role LEGAL. */
  readonly isLegalMember: boolean;
}

export interface DeclareOrder extends LegalAdvice {
  readonly basis: readonly DeclarationBasis[];
}

/**
 * Gate G3. Which tenants, what resources and what repair need not be known (R-51, I-10). The instant is this
 * transaction's: the contract clock starts here. If nobody is known to be affected, a scoping task opens.
 */
export function declare(
  classification: Classification,
  incident: KnownIncident,
  order: DeclareOrder,
  act: Act,
): ClassificationChange {
  if (classification.crspi === 'DECLARED') throw AlreadyDeclared();
  if (classification.level !== 'INCIDENT') throw LevelNotIncident({ level: classification.level });
  if (incident.responsibility === 'CUSTOMER') throw CustomerResponsibility();
  if (order.basis.length === 0) throw BasisRequired();
  if (!order.isLegalMember) throw LegalAdviserRequired();
  const { legalAdviserId } = order;
  const basis = [...order.basis];
  const domains = [...classification.domains];
  const declared = next(classification, { crspi: 'DECLARED', basis, declaredAt: act.now, legalAdviserId });
  const state = scoped(declared, act);
  const declaredAt = act.now.toISOString();
  return {
    state,
    events: [
      occurred(CrspiDeclared, { ...about(state, act), basis, domains, declaredAt }),
      occurred(IncidentClassified, { ...about(state, act), ...labelFactsOf(state) }),
    ],
    decisions: [decided('declaration', { basis, declaredAt, legalAdviserId }, act)],
  };
}

/** Gate G4: beyond reasonable doubt that a reportable event occurred. Repeated, it is decided again; the instant stays. */
export function authorize(classification: Classification, act: Act): ClassificationChange {
  if (classification.crspi !== 'DECLARED') throw NotDeclared();
  return {
    state: next(classification, { executionAuthorizedAt: classification.executionAuthorizedAt ?? act.now }),
    events: [occurred(ExecutionAuthorized, about(classification, act))],
    decisions: [decided('execution', { authorized: true }, act)],
  };
}

/** Errors: TENANT_UNKNOWN, if the directory does not hold the tenant with all these subscriptions. */
export function scope(
  classification: Classification,
  order: AffectedScope,
  knownSubscriptionIds: readonly string[] | null,
  act: Act,
): ClassificationChange {
  const isKnown = order.subscriptionIds.every((id) => knownSubscriptionIds?.includes(id) === true);
  if (knownSubscriptionIds === null || !isKnown) throw TenantUnknown({ tenantId: order.tenantId });
  const others = classification.scopes.filter(({ tenantId }) => tenantId !== order.tenantId);
  const { tenantId, status, subjects, records } = order;
  const facts = {
    tenantId,
    subscriptionIds: [...order.subscriptionIds],
    status,
    dataCategories: [...order.dataCategories],
    ...(subjects !== undefined && { subjects }),
    ...(records !== undefined && { records }),
  };
  return {
    state: scoped(next(classification, { scopes: [...others, order] }), act),
    events: [occurred(ScopeChanged, { ...about(classification, act), ...facts })],
    decisions: [decided('scope', { ...facts, flowLogRefs: order.flowLogRefs }, act)],
  };
}

export const next = (classification: Classification, change: Partial<Classification>): Classification => ({
  ...classification,
  ...change,
  version: classification.version + 1,
});

export const about = ({ id, exerciseId }: Classification, { now }: Pick<Act, 'now'>) => ({
  incidentId: id,
  at: now.toISOString(),
  ...(exerciseId !== null && { exerciseId }),
});

export const decided = <K extends keyof DecisionValues>(kind: K, value: DecisionValues[K], act: Act): Decision => ({
  id: act.decisionId,
  kind,
  value,
  actorId: act.by,
  role: act.role,
  at: act.now,
  reason: act.reason,
  evidenceIds: act.evidenceIds,
  policyVersion: severityPolicyVersion,
});

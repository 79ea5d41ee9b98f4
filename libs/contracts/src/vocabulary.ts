import { z } from 'zod';

/* The enumerations that travel in events (`domain.md` section 3). */

export const SignalSource = z.enum([
  'AUTOMATED_SIGNATURE',
  'AUTOMATED_ANOMALY',
  'FIRST_PARTY_REPORT',
  'VULNERABILITY_REPORT',
  'CUSTOMER_REPORT',
  'RED_BLUE_EXERCISE',
  'OPERATOR_ESCALATION',
]);
export type SignalSource = z.infer<typeof SignalSource>;
export const DetectionLevel = z.enum(['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL']);
export type DetectionLevel = z.infer<typeof DetectionLevel>;
export const Realm = z.enum(['PROVIDER', 'CUSTOMER', 'UNKNOWN']);
export type Realm = z.infer<typeof Realm>;
/** Why something was taken for an attack that was none; says what kind of tuning it calls for. */
export const RootCause = z.enum([
  'NORMAL_BUSINESS_PRACTICE',
  'DETECTOR_LOGIC',
  'THRESHOLD_OR_PROFILE',
  'DATA_QUALITY',
  'TEST_ACTIVITY',
]);
export type RootCause = z.infer<typeof RootCause>;
export const TuningTaskState = z.enum(['OPEN', 'IN_PROGRESS', 'DONE', 'DECLINED']);
export type TuningTaskState = z.infer<typeof TuningTaskState>;
export const SuppressionState = z.enum(['PROPOSED', 'ACTIVE', 'REJECTED', 'EXPIRED', 'REVOKED']);
export type SuppressionState = z.infer<typeof SuppressionState>;

export const Stage = z.enum(['DETECT', 'ASSESS', 'DIAGNOSE', 'STABILIZE', 'CLOSE']);
export type Stage = z.infer<typeof Stage>;
export const Responsibility = z.enum(['UNDETERMINED', 'PROVIDER', 'SHARED', 'CUSTOMER']);
export type Responsibility = z.infer<typeof Responsibility>;
export const Disposition = z.enum([
  'RESOLVED',
  'FALSE_POSITIVE',
  'NOT_ESCALATED',
  'CUSTOMER_RESPONSIBILITY',
  'DUPLICATE',
  'EXERCISE',
]);
export type Disposition = z.infer<typeof Disposition>;
export const ActionKind = z.enum([
  'CONTAINMENT',
  'EMERGENCY_MITIGATION',
  'MITIGATION',
  'WORKAROUND',
  'RECOVERY',
  'CORRECTIVE',
  'LONG_TERM_MITIGATION',
]);
export type ActionKind = z.infer<typeof ActionKind>;
export const ActionState = z.enum(['PLANNED', 'IN_PROGRESS', 'DONE', 'CANCELLED']);
export type ActionState = z.infer<typeof ActionState>;
export const PostMortemState = z.enum(['DRAFT', 'REVIEW', 'APPROVED', 'ACTIONS_OPEN', 'COMPLETE']);
export type PostMortemState = z.infer<typeof PostMortemState>;
export const ExerciseState = z.enum(['PLANNED', 'RUNNING', 'ENDED']);
export type ExerciseState = z.infer<typeof ExerciseState>;
export const PageKind = z.enum(['INCIDENT_OPENED', 'CONFLICT', 'ROTA_GAP', 'HOLD_REVIEW']);
export type PageKind = z.infer<typeof PageKind>;
export const PageState = z.enum(['OPEN', 'ACKNOWLEDGED', 'UNREACHABLE', 'UNACKNOWLEDGED', 'CANCELLED']);
export type PageState = z.infer<typeof PageState>;
export const Environment = z.enum(['PRODUCTION', 'GOVERNMENT', 'STAGING', 'CORPORATE', 'EXTERNAL']);
export type Environment = z.infer<typeof Environment>;
/** Traffic Light Protocol 2.0 (FIRST): with whom something may be shared. */
export const Tlp = z.enum(['RED', 'AMBER_STRICT', 'AMBER', 'GREEN', 'CLEAR']);
export type Tlp = z.infer<typeof Tlp>;
export const CustodyAct = z.enum(['COLLECTED', 'ACCESSED', 'COPIED', 'TRANSFERRED', 'SEALED', 'RELEASED', 'DESTROYED']);
export type CustodyAct = z.infer<typeof CustodyAct>;
export const TransferState = z.enum(['REQUESTED', 'APPROVED', 'REJECTED', 'EXECUTED', 'EXPIRED']);
export type TransferState = z.infer<typeof TransferState>;

export const Level = z.enum(['UNCLASSIFIED', 'EVENT', 'INCIDENT', 'FALSE_POSITIVE']);
export type Level = z.infer<typeof Level>;
export const Domain = z.enum(['SECURITY', 'PRIVACY']);
export type Domain = z.infer<typeof Domain>;
export const EventGround = z.enum(['ATTEMPTED_ATTACK', 'CONTROL_CIRCUMVENTION', 'DATA_RISK_PROBLEM']);
export type EventGround = z.infer<typeof EventGround>;
export const Crspi = z.enum(['NOT_CONSIDERED', 'UNDER_CONSIDERATION', 'DECLARED', 'DECLINED', 'RETRACTED']);
export type Crspi = z.infer<typeof Crspi>;
export const DeclarationBasis = z.enum([
  'ACCESS_OCCURRED',
  'ACCESS_LIKELY',
  'LEGAL_COMMITMENT',
  'CONTRACTUAL_COMMITMENT',
]);
export type DeclarationBasis = z.infer<typeof DeclarationBasis>;
export const FunctionalImpact = z.enum(['NONE', 'LOW', 'MEDIUM', 'HIGH']);
export type FunctionalImpact = z.infer<typeof FunctionalImpact>;
export const InformationImpact = z.enum(['NONE', 'PRIVACY_BREACH', 'PROPRIETARY_BREACH', 'INTEGRITY_LOSS']);
export type InformationImpact = z.infer<typeof InformationImpact>;
export const Recoverability = z.enum(['REGULAR', 'SUPPLEMENTED', 'EXTENDED', 'NOT_RECOVERABLE']);
export type Recoverability = z.infer<typeof Recoverability>;
export const CustomerDataRisk = z.enum(['NONE', 'POSSIBLE', 'IMMINENT', 'CONFIRMED']);
export type CustomerDataRisk = z.infer<typeof CustomerDataRisk>;
export const Severity = z.enum(['LOW', 'MEDIUM', 'HIGH', 'CRITICAL']);
export type Severity = z.infer<typeof Severity>;
export const Priority = z.enum(['P1', 'P2', 'P3', 'P4']);
export type Priority = z.infer<typeof Priority>;
export const ScopeStatus = z.enum(['UNKNOWN', 'SUSPECTED', 'LIKELY', 'CONFIRMED', 'RULED_OUT']);
export type ScopeStatus = z.infer<typeof ScopeStatus>;
/** In which part somebody owes what a law or contract asks; each has its own awareness and verdict. */
export const ActorRole = z.enum(['CONTROLLER', 'PROCESSOR', 'JOINT_CONTROLLER', 'ENTITY', 'CONTRACT_PARTY']);
export type ActorRole = z.infer<typeof ActorRole>;
export const BreachType = z.enum(['CONFIDENTIALITY', 'INTEGRITY', 'AVAILABILITY']);
export type BreachType = z.infer<typeof BreachType>;
/** Whether there is a personal data breach (GDPR article 4(12)). */
export const BreachAnswer = z.enum(['YES', 'NO', 'UNKNOWN']);
export type BreachAnswer = z.infer<typeof BreachAnswer>;
export const Verdict = z.enum(['UNLIKELY', 'RISK', 'HIGH_RISK']);
export type Verdict = z.infer<typeof Verdict>;
/** The letter of GDPR article 34(3) for which the people are not told. */
export const Art34Ground = z.enum(['A', 'B', 'C']);
export type Art34Ground = z.infer<typeof Art34Ground>;
export const ConflictKind = z.enum([
  'AWARE_NOT_EXECUTED',
  'DECLARED_BUT_CUSTOMER',
  'EXERCISE_BUT_REAL',
  'VERDICT_STALE',
  'CLOSED_BUT_HELD',
]);
export type ConflictKind = z.infer<typeof ConflictKind>;

export const CinState = z.enum([
  'NOT_STARTED',
  'PREPARING',
  'DECLARED',
  'EXECUTING',
  'FULFILLED',
  'STOOD_DOWN',
  'HELD',
]);
export type CinState = z.infer<typeof CinState>;
export const ClockState = z.enum([
  'NOT_STARTED',
  'RUNNING',
  'DUE_SOON',
  'OVERDUE',
  'MET',
  'MET_LATE',
  'CANCELLED',
  'HELD',
]);
export type ClockState = z.infer<typeof ClockState>;
/** Why the sending of a notice may be stopped. Details that are missing are no ground (I-18). */
export const HoldGround = z.enum([
  'RISK_TO_OTHER_CUSTOMERS',
  'EXTREME_CIRCUMSTANCES',
  'LAW_ENFORCEMENT',
  'ATTORNEY_GENERAL',
  'SCOPE_AND_RESTORE',
]);
export type HoldGround = z.infer<typeof HoldGround>;
export const HoldState = z.enum(['PROPOSED', 'ACTIVE', 'REJECTED', 'RELEASED']);
export type HoldState = z.infer<typeof HoldState>;
export const NoticePhase = z.enum(['INITIAL', 'FOLLOW_UP', 'FINAL', 'WITHDRAWAL']);
export type NoticePhase = z.infer<typeof NoticePhase>;
export const NoticeState = z.enum(['DRAFT', 'IN_REVIEW', 'APPROVED', 'SENT', 'SUPERSEDED', 'CANCELLED']);
export type NoticeState = z.infer<typeof NoticeState>;
export const Channel = z.enum(['SERVICE_HEALTH_ADVISORY', 'MESSAGE_CENTER_POST', 'EMAIL']);
export type Channel = z.infer<typeof Channel>;
export const ContactRole = z.enum([
  'SECURITY_CONTACT',
  'SUBSCRIPTION_ADMIN',
  'SUBSCRIPTION_OWNER',
  'GLOBAL_ADMIN',
  'TECHNICAL_CONTACT',
  'MESSAGE_CENTER_PRIVACY_READER',
]);
export type ContactRole = z.infer<typeof ContactRole>;
export const DeliveryState = z.enum([
  'PLANNED',
  'SUBMITTING',
  'ACCEPTED',
  'DEFERRED',
  'DELIVERED',
  'BOUNCED',
  'FAILED',
  'IN_DOUBT',
  'CANCELLED',
]);
export type DeliveryState = z.infer<typeof DeliveryState>;
export const StaffRole = z.enum([
  'RESPONDER',
  'SERVICE_ENGINEER',
  'INCIDENT_MANAGER',
  'EXECUTIVE_INCIDENT_MANAGER',
  'LEGAL',
  'PRIVACY_OFFICER',
  'COMMUNICATIONS',
]);
export type StaffRole = z.infer<typeof StaffRole>;
/** Microsoft's four families in the seed pages; the policy of channels depends on it. */
export const ServiceFamily = z.enum(['AZURE', 'AZURE_GOVERNMENT', 'DYNAMICS_365', 'POWER_PLATFORM']);
export type ServiceFamily = z.infer<typeof ServiceFamily>;

/** An opaque identifier (UUID). */
export const Id = z.uuid();
/** An instant in UTC, RFC 3339 with `Z`. */
export const Instant = z.iso.datetime();
/** What every event about an incident carries; `exerciseId` if it is part of an exercise (I-35). */
export const aboutIncident = { incidentId: Id, at: Instant, exerciseId: Id.optional() };

import * as breach from './breach-events.ts';
import { typesRead, type EventContract, type EventData, type ServiceName } from './contract.ts';
import * as audit from './audit-events.ts';
import * as classification from './classification-events.ts';
import * as detection from './detection-events.ts';
import * as incident from './incident-events.ts';
import * as notification from './notification-events.ts';

/** Every event there is; the types, the reference, AsyncAPI and the flow map follow from this array. */
export const events = [
  detection.DetectionRaised,
  detection.DetectionUpdated,
  detection.DetectionPromoted,
  detection.DetectionDismissed,
  detection.DetectionReopened,
  detection.TuningTaskChanged,
  detection.DetectionSuppressed,
  detection.SuppressionChanged,
  incident.IncidentOpened,
  incident.AssignmentChanged,
  incident.ResponsibilityDecided,
  incident.HandOverIssued,
  incident.StageChanged,
  incident.EvidenceAdded,
  incident.ActionChanged,
  incident.ContainmentVerified,
  incident.IncidentClosed,
  incident.IncidentReopened,
  incident.IncidentRelated,
  incident.IncidentMerged,
  incident.DetectionAttached,
  incident.IncidentSplit,
  incident.PostMortemChanged,
  incident.ExerciseChanged,
  incident.TimelineEntryAdded,
  incident.IncidentRenamed,
  incident.TlpChanged,
  incident.PageChanged,
  incident.TransferChanged,
  incident.RotaGapChanged,
  audit.AuditGranted,
  audit.AuditGrantRevoked,
  audit.AuditHeadSealed.detection,
  audit.AuditHeadSealed.incident,
  audit.AuditHeadSealed.classification,
  audit.AuditHeadSealed.notification,
  classification.ImpactAssessed,
  classification.IncidentClassified,
  classification.SuspicionChanged,
  classification.CrspiDeclared,
  classification.CrspiDeclined,
  classification.CrspiRetracted,
  classification.ExecutionAuthorized,
  classification.ScopeChanged,
  breach.LegalAwarenessRecorded,
  breach.PersonalDataBreachDecided,
  breach.RiskVerdictDecided,
  breach.ConflictChanged,
  notification.TenantChanged,
  notification.CinChanged,
  notification.ObligationOpened,
  notification.ObligationChanged,
  notification.HoldChanged,
  notification.NoticeChanged,
  notification.DeliveryChanged,
  notification.RecipientUnresolved,
] as const;

export type AnyEvent = (typeof events)[number];
export type EventName = AnyEvent['name'];

type Heard<E, S extends ServiceName> = E extends AnyEvent ? (S extends E['consumers'][number] ? E : never) : never;

/** What every handler is told besides the data. */
export interface EventMeta {
  /** CloudEvents id, a UUIDv7; the same on every repeat. */
  readonly id: string;
  readonly type: string;
  /** The instant of the decision. */
  readonly occurredAt: Date;
}

/** Exactly the handlers that a service owes: one for each event that names it as a consumer. */
export type Handlers<S extends ServiceName, Tx> = {
  readonly [E in Heard<AnyEvent, S> as E['name']]: (data: EventData<E>, tx: Tx, meta: EventMeta) => Promise<unknown>;
};

/** The contract that reads a CloudEvents type, `tocsin.incident.IncidentOpened.v1`; undefined for a foreign or newer one. */
export const findEvent = (type: string): AnyEvent | undefined => byType.get(type);

const byType = new Map<string, AnyEvent>(
  events.flatMap((event: AnyEvent) => typesRead(event).map((type) => [type, event] as const)),
);

/** The events that the incident stream delivers: those that name an incident and are not confidential. */
export const isAboutIncident = (event: EventContract): boolean =>
  event.audience !== 'confidential' && 'incidentId' in (event.data as unknown as { shape: object }).shape;

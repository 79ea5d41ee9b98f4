import type { Decision, StaffRole } from '@tocsin/contracts';
import { EvidenceRequired, EvidenceUnknown, Forbidden, ReasonRequired } from '@tocsin/errors';
import { IncidentIsClosed, IncidentIsMerged } from './errors.ts';
import type { Incident, OpenIncident } from './incident.ts';

/** The policy data under which decisions are made today. */
const policyVersion = '2026-11';

/** Who acts, in which of his roles in this incident, and when; ids are handed in, so that rules stay pure. */
export interface Act {
  readonly actorId: string;
  readonly roles: readonly StaffRole[];
  readonly now: Date;
  readonly newId: () => string;
}

/** Why somebody decides, and what he cites. */
export interface Grounds {
  readonly reason: string;
  readonly evidenceIds: readonly string[];
}

/**
 * The role in which the actor does it: the first of `allowed` that he holds in the incident.
 *
 * @throws FORBIDDEN
 */
export function actingAs(act: Act, allowed: readonly StaffRole[]): StaffRole {
  const role = allowed.find((candidate) => act.roles.includes(candidate));
  if (role === undefined) throw Forbidden({ roles: allowed });
  return role;
}

/** @throws REASON_REQUIRED, EVIDENCE_UNKNOWN */
export function mustBeGrounded(incident: Incident, grounds: Grounds): void {
  if (grounds.reason.trim() === '') throw ReasonRequired();
  const known = new Set(incident.evidence.map(({ id }) => id));
  const unknown = grounds.evidenceIds.filter((id) => !known.has(id));
  if (unknown.length > 0) throw EvidenceUnknown({ evidenceIds: unknown });
}

/** @throws REASON_REQUIRED, EVIDENCE_REQUIRED, EVIDENCE_UNKNOWN */
export function mustBeEvidenced(incident: Incident, grounds: Grounds): void {
  mustBeGrounded(incident, grounds);
  if (grounds.evidenceIds.length === 0) throw EvidenceRequired();
}

/** @throws INCIDENT_CLOSED */
export function mustBeOpen(incident: Incident): asserts incident is OpenIncident {
  if (incident.status === 'CLOSED') throw IncidentIsClosed({ incidentId: incident.id });
}

/** What was merged goes on elsewhere; no evidence or action is added here any more. @throws INCIDENT_MERGED */
export function mustGoOn({ id: incidentId, mergedInto }: Incident): void {
  if (mergedInto !== null) throw IncidentIsMerged({ incidentId, mergedInto });
}

/** The record of a decision (I-1). */
export const decided = <T>(act: Act, role: string, kind: string, value: T, grounds: Grounds): Decision<T> => ({
  id: act.newId(),
  kind,
  value,
  actorId: act.actorId,
  role,
  at: act.now,
  reason: grounds.reason.trim(),
  evidenceIds: [...new Set(grounds.evidenceIds)],
  policyVersion,
});

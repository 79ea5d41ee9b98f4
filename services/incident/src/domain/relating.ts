import { IncidentRelated, occurred, StaffRole, type Change } from '@tocsin/contracts';
import { InvalidInput } from '@tocsin/errors';
import { actingAs, decided, mustBeGrounded, type Act, type Grounds } from './act.ts';
import { about, next, type Incident } from './incident.ts';

/** What both incidents become of one command; committed together. */
export interface Both {
  readonly one: Change<Incident, 'incident'>;
  readonly other: Change<Incident, 'incident'>;
}

/**
 * Says of two incidents that they have to do with each other, in any stage, also closed. Null if that is known.
 *
 * Errors: INVALID_INPUT (an incident with itself), REASON_REQUIRED, EVIDENCE_UNKNOWN.
 */
export function relate(one: Incident, other: Incident, order: Grounds, act: Act): Both | null {
  const role = actingAs(act, StaffRole.options);
  if (one.id === other.id) throw InvalidInput({ field: 'relatedIncidentId', reason: 'is the incident itself' });
  mustBeGrounded(one, order);
  if (one.relatedIncidentIds.includes(other.id)) return null;
  const decision = decided(act, role, 'relation', { relatedIncidentId: other.id }, order);
  return { one: { ...related(one, other.id, act.now), decisions: [decision] }, other: related(other, one.id, act.now) };
}

function related(incident: Incident, relatedIncidentId: string, now: Date): Change<Incident, 'incident'> {
  const relatedIncidentIds = [...incident.relatedIncidentIds, relatedIncidentId];
  return {
    state: next(incident, { relatedIncidentIds }),
    events: [occurred(IncidentRelated, { ...about(incident, now), relatedIncidentId })],
  };
}

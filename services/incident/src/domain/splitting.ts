import { IncidentSplit, occurred, type Change } from '@tocsin/contracts';
import { InvalidInput } from '@tocsin/errors';
import { actingAs, decided, mustBeGrounded, mustBeOpen, type Act } from './act.ts';
import { LastDetection } from './errors.ts';
import { evidenceAdded } from './evidence.ts';
import { about, isPresent, next, rolesIn, type Incident } from './incident.ts';
import type { KnownDetection } from './known-facts.ts';
import { foreign } from './merging.ts';
import { begin } from './opening.ts';
import { leadersOf } from './stages.ts';

export interface SplitOrder {
  readonly splitIncidentId: string;
  readonly number: number;
  /** The detections that leave. */
  readonly detectionIds: readonly string[];
  /** The evidence that both have from now on. */
  readonly evidenceIds: readonly string[];
  readonly reason: string;
}

/** What the two become; committed together. */
export interface Division {
  readonly source: Change<Incident, 'incident'>;
  readonly opened: Change<Incident, 'incident'>;
}

/**
 * Some detections are of something else: they leave for an incident of their own, which begins in DETECT with the same
 * people and copies of the evidence that concerns it. Actions stay. The two are related.
 *
 * Errors: INCIDENT_CLOSED, FORBIDDEN, REASON_REQUIRED, EVIDENCE_UNKNOWN, INVALID_INPUT, LAST_DETECTION.
 */
export function split(
  incident: Incident,
  order: SplitOrder,
  detections: readonly KnownDetection[],
  act: Act,
): Division {
  const role = actingAs(act, leadersOf(incident));
  mustBeOpen(incident);
  mustBeGrounded(incident, order);
  const leaving = new Set(order.detectionIds);
  const staying = incident.detectionIds.filter((id) => !leaving.has(id));
  if (leaving.size === 0 || staying.length + leaving.size !== incident.detectionIds.length)
    throw InvalidInput({ field: 'detectionIds', reason: 'names no detection, or one that the incident does not have' });
  if (staying.length === 0) throw LastDetection();
  const { splitIncidentId, number } = order;
  const state = next(incident, {
    detectionIds: staying,
    relatedIncidentIds: [...incident.relatedIncidentIds, splitIncidentId],
  });
  const detectionIds = [...leaving];
  const decision = decided(act, role, 'split', { splitIncidentId, detectionIds }, order);
  return {
    source: {
      state,
      events: [occurred(IncidentSplit, { ...about(state, act.now), splitIncidentId, detectionIds })],
      decisions: [decision],
    },
    opened: apart(incident, { ...order, detectionIds, number }, detections, act),
  };
}

/** The incident that opens, as much of the old one as concerns it. */
function apart(
  incident: Incident,
  { splitIncidentId, number, detectionIds, evidenceIds, reason }: SplitOrder,
  detections: readonly KnownDetection[],
  { actorId, now }: Act,
): Change<Incident, 'incident'> {
  const cited = new Set(evidenceIds);
  const copies = foreign(
    [],
    incident.evidence.filter(({ id }) => cited.has(id)),
    incident.id,
  );
  const presentOnly = (id: string | null): string | null =>
    id !== null && rolesIn(incident, id, now).length > 0 ? id : null;
  const [earliest] = [...detections].sort((a, b) => a.firstSeenAt.getTime() - b.firstSeenAt.getTime());
  const { state, events } = begin(
    {
      id: splitIncidentId,
      number,
      source: earliest?.source ?? incident.source,
      firstIndicationAt: earliest?.firstSeenAt ?? incident.firstIndicationAt,
      onCallId: presentOnly(incident.onCallId),
      incidentManagerId: presentOnly(incident.incidentManagerId),
      members: incident.members.filter((member) => isPresent(member, now)),
      evidence: copies,
      detectionIds,
      relatedIncidentIds: [incident.id],
      title: incident.title,
      tlp: incident.tlp,
      exerciseId: incident.exerciseId,
    },
    { actorId, reason: reason.trim() },
    now,
  );
  return { state, events: [...events, ...copies.map((item) => evidenceAdded(state, item, now))] };
}

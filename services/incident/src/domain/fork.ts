import { EvidenceAdded, occurred, type Change } from '@tocsin/contracts';
import { actingAs, decided, mustBeEvidenced, mustBeOpen, type Act, type Grounds } from './act.ts';
import { NotAnExercise } from './errors.ts';
import { about, environmentsIn, next, type Evidence, type Incident, type Member } from './incident.ts';
import { announced, joined, open, type OpeningOrder } from './opening.ts';
import type { StaffMember } from './staff.ts';

export interface ForkOrder extends Grounds, Pick<OpeningOrder, 'incidentId' | 'number' | 'onRota'> {}

/** A real incident that begins in an exercise: both states, saved together. */
export interface Fork {
  readonly exercise: Change<Incident, 'incident'>;
  readonly real: Change<Incident, 'incident'>;
}

/**
 * The blue team found something that the red team did not do: it goes on as a real incident, with whoever is on call and
 * copies of the cited evidence. The exercise goes on as one (I-35), and keeps its detections.
 *
 * Errors: NOT_AN_EXERCISE, INCIDENT_CLOSED, FORBIDDEN, REASON_REQUIRED, EVIDENCE_REQUIRED, EVIDENCE_UNKNOWN.
 */
export function fork(incident: Incident, order: ForkOrder, people: readonly StaffMember[], act: Act): Fork {
  if (incident.exerciseId === null) throw NotAnExercise();
  mustBeOpen(incident);
  const role = actingAs(act, ['INCIDENT_MANAGER']);
  mustBeEvidenced(incident, order);
  const { incidentId } = order;
  return {
    exercise: {
      state: next(incident, {}),
      events: [],
      decisions: [decided(act, role, 'fork', { incidentId }, order)],
    },
    real: opened(incident, order, people, act),
  };
}

function opened(
  exercise: Incident,
  order: ForkOrder,
  people: readonly StaffMember[],
  act: Act,
): Change<Incident, 'incident'> {
  const { source, detectionIds, firstIndicationAt } = exercise;
  const [detectionId = ''] = detectionIds;
  const begun = { ...order, detectionId, source, firstSeenAt: firstIndicationAt, promotedBy: null };
  const { state } = open(begun, people, act.now);
  const own = state.members.find(({ principalId, role }) => principalId === act.actorId && role === 'INCIDENT_MANAGER');
  const granted = environmentsIn(exercise, { id: act.actorId, roles: act.roles }, act.now);
  const environments = [...new Set([...granted, ...(own?.environments ?? [])])];
  const manager: Member = { principalId: act.actorId, role: 'INCIDENT_MANAGER', environments, until: null };
  const others = state.members.filter(({ principalId, role }) => principalId !== act.actorId || role !== manager.role);
  const evidence = exercise.evidence
    .filter(({ id }) => order.evidenceIds.includes(id))
    .map((cited): Evidence => ({ ...cited, id: act.newId(), addedBy: act.actorId, addedAt: act.now }));
  const real: Incident = {
    ...state,
    title: exercise.title,
    tlp: exercise.tlp,
    // A detection belongs to one incident: it stays with the exercise. The event tells where it all began.
    detectionIds: [],
    incidentManagerId: act.actorId,
    members: [...others, manager],
    stageEntries: state.stageEntries.map((entry) => ({ ...entry, actorId: act.actorId, reason: order.reason.trim() })),
    evidence,
  };
  const announcedFor = { ...real, detectionIds };
  return {
    state: real,
    events: [
      announced(announcedFor, act.now),
      ...real.members.map((member) => joined(real, member, act.now)),
      ...evidence.map(({ id: evidenceId, environment, sha256 }) =>
        occurred(EvidenceAdded, { ...about(real, act.now), evidenceId, environment, sha256 }),
      ),
    ],
  };
}

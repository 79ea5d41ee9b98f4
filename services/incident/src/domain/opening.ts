import {
  AssignmentChanged,
  IncidentOpened,
  occurred,
  type Change,
  type DetectionLevel,
  type SignalSource,
} from '@tocsin/contracts';
import { about, type Incident, type Member, type OpenIncident } from './incident.ts';
import { firstTitle } from './naming.ts';
import type { StaffMember } from './staff.ts';

/** What a promoted detection asks for. */
export interface OpeningOrder {
  readonly incidentId: string;
  readonly number: number;
  readonly detectionId: string;
  readonly source: SignalSource;
  readonly level?: DetectionLevel;
  /** When the earliest signal of the detection was seen. */
  readonly firstSeenAt: Date;
  /** The responder who promoted it, or null if a rule did. */
  readonly promotedBy: string | null;
  /** The exercise that the detection is of, if it is of one. */
  readonly exerciseId?: string | null;
}

/**
 * Opens an incident in DETECT and joins whoever of these people is on call, and the responder who promoted the
 * detection, with the environments that the staff directory gives them. The first responder on call
 * leads; so does the first incident manager from DIAGNOSE on.
 */
export function open(order: OpeningOrder, people: readonly StaffMember[], now: Date): Change<Incident, 'incident'> {
  const members = firstMembers(order, people);
  const duty = people.filter((person) => person.onCall);
  const state: OpenIncident = {
    id: order.incidentId,
    version: 1,
    number: order.number,
    title: firstTitle(order.source, order.level),
    tlp: 'AMBER',
    source: order.source,
    stage: 'DETECT',
    status: 'OPEN',
    cycle: 1,
    responsibility: 'UNDETERMINED',
    firstIndicationAt: order.firstSeenAt,
    detectedAt: now,
    onCallId: duty.find(({ roles }) => roles.includes('RESPONDER'))?.principalId ?? null,
    incidentManagerId: duty.find(({ roles }) => roles.includes('INCIDENT_MANAGER'))?.principalId ?? null,
    members,
    stageEntries: [
      {
        n: 1,
        stage: 'DETECT',
        cycle: 1,
        at: now,
        actorId: order.promotedBy ?? 'service:detection',
        reason: 'A detection was promoted.',
      },
    ],
    evidence: [],
    actions: [],
    containment: null,
    detectionIds: [order.detectionId],
    exerciseId: order.exerciseId ?? null,
  };
  return { state, events: [announced(state, now), ...members.map((member) => joined(state, member, now))] };
}

function firstMembers(order: OpeningOrder, people: readonly StaffMember[]): readonly Member[] {
  const members: Member[] = people
    .filter((person) => person.onCall)
    .flatMap(({ principalId, environments, roles }) =>
      roles.map((role) => ({ principalId, role, environments, until: null })),
    );
  const { promotedBy } = order;
  const environments = people.find(({ principalId }) => principalId === promotedBy)?.environments ?? [];
  const isJoined = members.some(({ principalId, role }) => principalId === promotedBy && role === 'RESPONDER');
  return promotedBy === null || isJoined
    ? members
    : [...members, { principalId: promotedBy, role: 'RESPONDER', environments, until: null }];
}

/** The announcement of the opening. */
export const announced = (incident: Incident, now: Date) =>
  occurred(IncidentOpened, {
    ...about(incident, now),
    number: incident.number,
    source: incident.source,
    detectionIds: [...incident.detectionIds],
    firstIndicationAt: incident.firstIndicationAt.toISOString(),
    detectedAt: incident.detectedAt.toISOString(),
  });

/** The announcement of one membership; `onCall` marks the responder who leads the assessment. */
export const joined = (incident: Incident, { principalId, role, environments, until }: Member, now: Date) =>
  occurred(AssignmentChanged, {
    ...about(incident, now),
    role,
    principalId,
    onCall: role === 'RESPONDER' && principalId === incident.onCallId,
    environments: [...environments],
    ...(until !== null && { until: until.toISOString() }),
  });

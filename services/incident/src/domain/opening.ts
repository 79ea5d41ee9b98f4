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
import type { OnRota } from './rota.ts';
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
  /** Whom the rotas of responders and incident managers name for this minute. */
  readonly onRota?: readonly OnRota[];
}

/**
 * Opens an incident in DETECT and joins whoever is on call by a rota, whoever the staff directory joins to every incident,
 * and the responder who promoted the detection, with the environments that the directory gives them.
 * The first responder among them takes the call, and the first incident manager leads from DIAGNOSE on: by the rota, else
 * by the directory. `people` are the directory's entries of all of them.
 */
export function open(order: OpeningOrder, people: readonly StaffMember[], now: Date): Change<Incident, 'incident'> {
  const duty = onDuty(order.onRota ?? [], people);
  const members = firstMembers(order, duty, people);
  const facts = {
    id: order.incidentId,
    number: order.number,
    title: firstTitle(order.source, order.level),
    tlp: 'AMBER' as const,
    source: order.source,
    firstIndicationAt: order.firstSeenAt,
    onCallId: duty.find(({ role }) => role === 'RESPONDER')?.principalId ?? null,
    incidentManagerId: duty.find(({ role }) => role === 'INCIDENT_MANAGER')?.principalId ?? null,
    members,
    evidence: [],
    detectionIds: [order.detectionId],
    relatedIncidentIds: [],
    exerciseId: order.exerciseId ?? null,
  };
  const actorId = order.promotedBy ?? 'service:detection';
  return begin(facts, { actorId, reason: 'A detection was promoted.' }, now);
}

/** What an incident begins with. */
type Beginning = Pick<
  OpenIncident,
  | 'id'
  | 'number'
  | 'title'
  | 'tlp'
  | 'source'
  | 'firstIndicationAt'
  | 'onCallId'
  | 'incidentManagerId'
  | 'members'
  | 'evidence'
  | 'detectionIds'
  | 'relatedIncidentIds'
  | 'exerciseId'
>;

/** An incident in DETECT, its members joined. */
export function begin(
  facts: Beginning,
  entry: { readonly actorId: string; readonly reason: string },
  now: Date,
): Change<Incident, 'incident'> {
  const state: OpenIncident = {
    ...facts,
    version: 1,
    stage: 'DETECT',
    status: 'OPEN',
    cycle: 1,
    responsibility: 'UNDETERMINED',
    detectedAt: now,
    stageEntries: [{ n: 1, stage: 'DETECT', cycle: 1, at: now, ...entry }],
    actions: [],
    containment: null,
    mergedInto: null,
    mergedFrom: [],
    planRef: null,
  };
  return { state, events: [announced(state, now), ...facts.members.map((member) => joined(state, member, now))] };
}

/** The rotas first, then the directory; nobody twice in the same role. */
export function onDuty(onRota: readonly OnRota[], people: readonly StaffMember[]): readonly OnRota[] {
  const joinedAlways = people
    .filter((person) => person.onCall)
    .flatMap(({ principalId, roles }) => roles.map((role) => ({ principalId, role })));
  const isOnRota = (duty: OnRota) => onRota.some((on) => on.principalId === duty.principalId && on.role === duty.role);
  return [...onRota, ...joinedAlways.filter((duty) => !isOnRota(duty))];
}

function firstMembers(
  { promotedBy }: OpeningOrder,
  duty: readonly OnRota[],
  people: readonly StaffMember[],
): readonly Member[] {
  const isJoined = duty.some(({ principalId, role }) => principalId === promotedBy && role === 'RESPONDER');
  const promoter: OnRota[] = promotedBy === null || isJoined ? [] : [{ principalId: promotedBy, role: 'RESPONDER' }];
  return [...duty, ...promoter].map(({ principalId, role }) => {
    const environments = people.find((person) => person.principalId === principalId)?.environments ?? [];
    return { principalId, role, environments, until: null };
  });
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
    ...(incident.relatedIncidentIds.length > 0 && { relatedIncidentIds: [...incident.relatedIncidentIds] }),
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

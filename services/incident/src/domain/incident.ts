import type {
  ActionKind,
  ActionState,
  Disposition,
  Environment,
  Responsibility,
  SignalSource,
  Stage,
  StaffRole,
  Tlp,
} from '@tocsin/contracts';

/** Somebody joined to the incident in one role; present until `until`, or for good. */
export interface Member {
  readonly principalId: string;
  readonly role: StaffRole;
  /** Of which environments the member may see and handle evidence. */
  readonly environments: readonly Environment[];
  readonly until: Date | null;
}

/** One entry into a stage; never changed, numbered from 1 over all cycles. */
export interface StageEntry {
  readonly n: number;
  readonly stage: Stage;
  readonly cycle: number;
  readonly at: Date;
  readonly actorId: string;
  readonly reason: string;
}

/** What decisions cite: a note of what was found, and the digest of what it is about. */
export interface Evidence {
  readonly id: string;
  readonly text: string;
  /** SHA-256 of the item, 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly environment: Environment;
  readonly tlp: Tlp;
  readonly collectedAt: Date;
  readonly addedBy: string;
  readonly addedAt: Date;
  /** The incident in which it was recorded first, if that is another. */
  readonly fromIncidentId?: string;
}

/** Something done, or to be done, about the incident. */
export interface Action {
  readonly id: string;
  readonly kind: ActionKind;
  readonly text: string;
  readonly state: ActionState;
  readonly ownerId: string;
  readonly dueAt: Date | null;
  readonly doneBy: string | null;
  readonly doneAt: Date | null;
  /** Who said that it is done, in whosever name; absent while it is not, and in what was stored before it was kept. */
  readonly doneRecordedBy?: string;
  /** Neither the doer nor who said that it is done; found it right afterwards. */
  readonly reviewedBy: string | null;
  readonly reviewedAt: Date | null;
  /** Why it will not be done; null unless it is cancelled. */
  readonly cancelReason: string | null;
  readonly recordedBy: string;
  readonly recordedAt: Date;
  /** The incident in which it was recorded first, if that is another. */
  readonly fromIncidentId?: string;
}

/** Both risks were found contained, by somebody who neither did the containment nor said that it is done (R-70, I-30). */
export interface Containment {
  readonly verifiedBy: string;
  readonly verifiedAt: Date;
}

interface IncidentFacts {
  readonly id: string;
  readonly version: number;
  /** For people to say aloud; from a sequence, so it may have gaps. */
  readonly number: number;
  /** What people call it, 1 to 200 characters. */
  readonly title: string;
  readonly tlp: Tlp;
  readonly source: SignalSource;
  readonly stage: Stage;
  /** 1, and one more each time the incident is reopened. */
  readonly cycle: number;
  readonly responsibility: Responsibility;
  /** When the earliest signal was seen. */
  readonly firstIndicationAt: Date;
  /** When the incident was opened. */
  readonly detectedAt: Date;
  readonly onCallId: string | null;
  readonly incidentManagerId: string | null;
  readonly members: readonly Member[];
  readonly stageEntries: readonly StageEntry[];
  readonly evidence: readonly Evidence[];
  readonly actions: readonly Action[];
  readonly containment: Containment | null;
  /** None once it was merged: they go on in the other incident. */
  readonly detectionIds: readonly string[];
  /** The exercise it is part of; null for a real one (I-35). */
  readonly exerciseId: string | null;
  /** Other incidents that have to do with it; each says the same of it. */
  readonly relatedIncidentIds: readonly string[];
  /** The incident that goes on in its place; only a closed one has it. */
  readonly mergedInto: string | null;
  /** The duplicates that were merged into it. */
  readonly mergedFrom: readonly string[];
  /** How the incident management plan's own tool calls it. */
  readonly planRef: string | null;
}

export interface OpenIncident extends IncidentFacts {
  readonly status: 'OPEN';
}

export interface ClosedIncident extends IncidentFacts {
  readonly status: 'CLOSED';
  readonly disposition: Disposition;
  readonly closedAt: Date;
}

export type Incident = OpenIncident | ClosedIncident;

/** The successor of a state: the patch, and the next version. */
export const next = <T extends Incident>(incident: T, patch: Partial<T>): T => ({
  ...incident,
  ...patch,
  version: incident.version + 1,
});

/** What every event about the incident carries. */
export const about = (
  { id, exerciseId }: Pick<Incident, 'id' | 'exerciseId'>,
  now: Date,
): { incidentId: string; at: string; exerciseId?: string } => ({
  incidentId: id,
  at: now.toISOString(),
  ...(exerciseId !== null && { exerciseId }),
});

export const isPresent = (member: Member, now: Date): boolean => member.until === null || member.until > now;

/** The roles in which somebody is a present member. */
export const rolesIn = (incident: Incident, principalId: string, now: Date): readonly StaffRole[] =>
  incident.members
    .filter((member) => member.principalId === principalId && isPresent(member, now))
    .map(({ role }) => role);

/** The environments whose evidence somebody may see, being a present member in one of these roles. */
export const environmentsIn = (
  incident: Incident,
  { id, roles }: { readonly id: string; readonly roles: readonly string[] },
  now: Date,
): readonly Environment[] =>
  incident.members
    .filter((member) => member.principalId === id && roles.includes(member.role) && isPresent(member, now))
    .flatMap(({ environments }) => environments);

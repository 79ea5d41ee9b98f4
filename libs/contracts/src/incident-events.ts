import { z } from 'zod';
import { defineEvent } from './contract.ts';
import {
  aboutIncident,
  ActionKind,
  ActionState,
  Disposition,
  Environment,
  ExerciseState,
  Id,
  Instant,
  PageKind,
  PageState,
  PostMortemState,
  Responsibility,
  SignalSource,
  Stage,
  StaffRole,
  Tlp,
  TransferState,
} from './vocabulary.ts';

export const IncidentOpened = defineEvent({
  name: 'IncidentOpened',
  version: 1,
  producer: 'incident',
  consumers: ['detection', 'classification', 'notification'],
  audience: 'internal',
  description: 'A promoted detection opened an incident; it stands in DETECT.',
  aggregate: 'incident',
  data: z.object({
    ...aboutIncident,
    number: z.int().positive(),
    source: SignalSource,
    detectionIds: z.array(Id).min(1),
    firstIndicationAt: Instant,
    detectedAt: Instant,
    /** The incidents it was split from, or has to do with otherwise. */
    relatedIncidentIds: z.array(Id).optional(),
  }),
  keyOf: (data) => data.incidentId,
});

export const AssignmentChanged = defineEvent({
  name: 'AssignmentChanged',
  version: 1,
  producer: 'incident',
  consumers: ['classification', 'notification'],
  audience: 'internal',
  description: 'Somebody was joined to the incident, or his membership was given an end.',
  aggregate: 'incident',
  data: z.object({
    ...aboutIncident,
    role: StaffRole,
    principalId: z.string().min(1),
    onCall: z.boolean(),
    environments: z.array(Environment).optional(),
    until: Instant.optional(),
  }),
  keyOf: (data) => data.incidentId,
});

export const ResponsibilityDecided = defineEvent({
  name: 'ResponsibilityDecided',
  version: 1,
  producer: 'incident',
  consumers: ['classification'],
  audience: 'internal',
  description: 'It was decided who is accountable under the shared responsibility model (R-10).',
  aggregate: 'incident',
  data: z.object({ ...aboutIncident, responsibility: Responsibility }),
  keyOf: (data) => data.incidentId,
});

export const HandOverIssued = defineEvent({
  name: 'HandOverIssued',
  version: 1,
  producer: 'incident',
  consumers: ['notification'],
  audience: 'internal',
  description: 'The customer alone is accountable: the incident is handed over to the tenant, which leads (R-12).',
  aggregate: 'incident',
  data: z.object({ ...aboutIncident, tenantId: Id }),
  keyOf: (data) => data.incidentId,
});

export const StageChanged = defineEvent({
  name: 'StageChanged',
  version: 1,
  producer: 'incident',
  consumers: ['classification'],
  audience: 'internal',
  description: 'The incident entered a stage; entries are numbered (R-22).',
  aggregate: 'incident',
  data: z.object({ ...aboutIncident, from: Stage, to: Stage, n: z.int().positive(), cycle: z.int().positive() }),
  keyOf: (data) => data.incidentId,
});

export const EvidenceAdded = defineEvent({
  name: 'EvidenceAdded',
  version: 1,
  producer: 'incident',
  consumers: ['classification'],
  audience: 'internal',
  description: 'Evidence was recorded with its digest; it may be cited from now on.',
  aggregate: 'incident',
  data: z.object({ ...aboutIncident, evidenceId: Id, environment: Environment, sha256: z.hex().length(64) }),
  keyOf: (data) => data.incidentId,
});

export const ActionChanged = defineEvent({
  name: 'ActionChanged',
  version: 1,
  producer: 'incident',
  consumers: ['notification'],
  audience: 'internal',
  description:
    'An action was recorded, changed its state, or was reviewed by somebody who neither did it nor said that it is done (R-71).',
  aggregate: 'incident',
  data: z.object({
    ...aboutIncident,
    actionId: Id,
    kind: ActionKind,
    state: ActionState,
    reviewed: z.boolean().optional(),
  }),
  keyOf: (data) => data.incidentId,
});

export const ContainmentVerified = defineEvent({
  name: 'ContainmentVerified',
  version: 1,
  producer: 'incident',
  consumers: [],
  audience: 'internal',
  description: 'Somebody who neither did it nor said that it is done verified that both risks are contained (R-70).',
  aggregate: 'incident',
  data: z.object({ ...aboutIncident }),
  keyOf: (data) => data.incidentId,
});

export const IncidentClosed = defineEvent({
  name: 'IncidentClosed',
  version: 1,
  producer: 'incident',
  consumers: [],
  audience: 'internal',
  description: 'The incident was closed; a duplicate that was merged names the incident that goes on.',
  aggregate: 'incident',
  data: z.object({ ...aboutIncident, disposition: Disposition, cycle: z.int().positive(), mergedInto: Id.optional() }),
  keyOf: (data) => data.incidentId,
});

export const IncidentReopened = defineEvent({
  name: 'IncidentReopened',
  version: 1,
  producer: 'incident',
  consumers: ['classification'],
  audience: 'internal',
  description: 'A closed incident was opened again at DIAGNOSE.',
  aggregate: 'incident',
  data: z.object({ ...aboutIncident, cycle: z.int().positive() }),
  keyOf: (data) => data.incidentId,
});

export const IncidentRelated = defineEvent({
  name: 'IncidentRelated',
  version: 1,
  producer: 'incident',
  consumers: [],
  audience: 'internal',
  description: 'It was found to have to do with another incident, which says the same.',
  aggregate: 'incident',
  data: z.object({ ...aboutIncident, relatedIncidentId: Id }),
  keyOf: (data) => data.incidentId,
});

export const IncidentMerged = defineEvent({
  name: 'IncidentMerged',
  version: 1,
  producer: 'incident',
  consumers: [],
  audience: 'internal',
  description: 'A duplicate was merged into it; what the duplicate held goes on here.',
  aggregate: 'incident',
  data: z.object({ ...aboutIncident, mergedIncidentId: Id }),
  keyOf: (data) => data.incidentId,
});

export const DetectionAttached = defineEvent({
  name: 'DetectionAttached',
  version: 1,
  producer: 'incident',
  consumers: ['detection'],
  audience: 'internal',
  description: 'A detection joined the incident; it belongs to no other.',
  aggregate: 'incident',
  data: z.object({ ...aboutIncident, detectionId: Id }),
  keyOf: (data) => data.incidentId,
});

export const IncidentSplit = defineEvent({
  name: 'IncidentSplit',
  version: 1,
  producer: 'incident',
  consumers: [],
  audience: 'internal',
  description: 'Some of its detections left for an incident of their own.',
  aggregate: 'incident',
  data: z.object({ ...aboutIncident, splitIncidentId: Id, detectionIds: z.array(Id).min(1) }),
  keyOf: (data) => data.incidentId,
});

export const PostMortemChanged = defineEvent({
  name: 'PostMortemChanged',
  version: 1,
  producer: 'incident',
  consumers: [],
  audience: 'confidential',
  description: 'The post-mortem was saved or went on to another state, or its summary was saved or approved (R-28).',
  aggregate: 'postMortem',
  data: z.object({ ...aboutIncident, postMortemId: Id, state: PostMortemState, summaryId: Id.optional() }),
  keyOf: (data) => data.postMortemId,
});

export const ExerciseChanged = defineEvent({
  name: 'ExerciseChanged',
  version: 1,
  producer: 'incident',
  consumers: ['detection', 'classification'],
  audience: 'internal',
  description: 'An exercise was planned, started or ended; while it runs, signals may be marked as its own (R-35).',
  aggregate: 'exercise',
  data: z.object({ exerciseId: Id, state: ExerciseState, startsAt: Instant, endsAt: Instant, at: Instant }),
  keyOf: (data) => data.exerciseId,
});

export const TimelineEntryAdded = defineEvent({
  name: 'TimelineEntryAdded',
  version: 1,
  producer: 'incident',
  consumers: [],
  audience: 'internal',
  description: 'Somebody wrote an entry into the timeline, or a correction of one.',
  aggregate: 'incident',
  /** The kinds are data that grow, so the contract does not list them. */
  data: z.object({ ...aboutIncident, entryId: Id, kind: z.string().regex(/^[A-Z_]{1,40}$/), corrects: Id.optional() }),
  keyOf: (data) => data.incidentId,
});

export const IncidentRenamed = defineEvent({
  name: 'IncidentRenamed',
  version: 1,
  producer: 'incident',
  consumers: [],
  audience: 'internal',
  description: 'The incident was given another title.',
  aggregate: 'incident',
  data: z.object({ ...aboutIncident }),
  keyOf: (data) => data.incidentId,
});

export const TlpChanged = defineEvent({
  name: 'TlpChanged',
  version: 1,
  producer: 'incident',
  consumers: [],
  audience: 'internal',
  description: 'It was decided with whom the incident may be shared.',
  aggregate: 'incident',
  data: z.object({ ...aboutIncident, tlp: Tlp }),
  keyOf: (data) => data.incidentId,
});

export const TransferChanged = defineEvent({
  name: 'TransferChanged',
  version: 1,
  producer: 'incident',
  consumers: [],
  audience: 'internal',
  description:
    'A transfer of evidence out of the incident was requested, decided, carried out, or its time ran out (R-62).',
  aggregate: 'dataTransferApproval',
  data: z.object({ ...aboutIncident, transferId: Id, state: TransferState, expiresAt: Instant }),
  keyOf: (data) => data.transferId,
});

export const RotaGapChanged = defineEvent({
  name: 'RotaGapChanged',
  version: 1,
  producer: 'incident',
  consumers: [],
  audience: 'internal',
  description: 'A gap in an on-call rota was found, changed its extent or urgency, or was filled or is over (R-02).',
  aggregate: 'rotaGapAlarm',
  data: z.object({
    at: Instant,
    rotaId: Id,
    alarmId: Id,
    role: StaffRole,
    from: Instant,
    to: Instant,
    urgent: z.boolean(),
    open: z.boolean(),
  }),
  keyOf: (data) => data.alarmId,
});

export const PageChanged = defineEvent({
  name: 'PageChanged',
  version: 2,
  reads: [1],
  producer: 'incident',
  consumers: [],
  audience: 'internal',
  description: 'Somebody is to be called, the next in the chain is called, or the call ended; it names nobody.',
  aggregate: 'page',
  data: z.object({
    incidentId: Id.optional(),
    exerciseId: Id.optional(),
    at: Instant,
    pageId: Id,
    kind: PageKind,
    state: PageState,
    round: z.int().positive(),
    step: z.int().nonnegative(),
  }),
  keyOf: (data) => data.pageId,
});

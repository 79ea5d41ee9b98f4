import { z } from 'zod';
import { defineEvent } from './contract.ts';
import {
  DetectionLevel,
  Id,
  Instant,
  Realm,
  RootCause,
  SignalSource,
  SuppressionState,
  TuningTaskState,
} from './vocabulary.ts';

/** What is known of a detection whenever it is announced. */
export const detectionFacts = {
  detectionId: Id,
  detectorId: Id,
  source: SignalSource,
  level: DetectionLevel,
  realm: Realm,
  tenantIds: z.array(Id),
  signalCount: z.int().positive(),
  firstSeenAt: Instant,
  lastSeenAt: Instant,
  at: Instant,
  /** Of a red team's doing; such a detection holds no signal from outside the exercise (I-35). */
  exerciseId: Id.optional(),
};

export const DetectionRaised = defineEvent({
  name: 'DetectionRaised',
  version: 1,
  producer: 'detection',
  consumers: ['notification'],
  audience: 'internal',
  description: 'A signal matched a detector and no open detection has the same fingerprint: a new one is open.',
  aggregate: 'detection',
  data: z.object(detectionFacts),
  keyOf: (data) => data.detectionId,
});

export const DetectionUpdated = defineEvent({
  name: 'DetectionUpdated',
  version: 1,
  producer: 'detection',
  consumers: [],
  audience: 'internal',
  description: 'A further signal joined an open detection.',
  aggregate: 'detection',
  data: z.object(detectionFacts),
  keyOf: (data) => data.detectionId,
});

export const DetectionPromoted = defineEvent({
  name: 'DetectionPromoted',
  version: 1,
  producer: 'detection',
  consumers: ['incident'],
  audience: 'internal',
  description: 'A responder, or a rule, decided that a detection is worth an incident; the incident service opens it.',
  aggregate: 'detection',
  data: z.object({
    ...detectionFacts,
    /** Decided by a rule instead of a person. */
    automatic: z.boolean(),
    /** Who promoted it (principal id): joined to the incident. */
    promotedBy: z.string().min(1),
  }),
  keyOf: (data) => data.detectionId,
});

export const DetectionDismissed = defineEvent({
  name: 'DetectionDismissed',
  version: 1,
  producer: 'detection',
  consumers: [],
  audience: 'internal',
  description:
    'A responder decided that a detection is a false positive, and of what cause; a tuning task has it (R-46).',
  aggregate: 'detection',
  data: z.object({ ...detectionFacts, rootCause: RootCause }),
  keyOf: (data) => data.detectionId,
});

export const DetectionReopened = defineEvent({
  name: 'DetectionReopened',
  version: 1,
  producer: 'detection',
  consumers: [],
  audience: 'internal',
  description: 'A detection that had been set aside waits for a decision again.',
  aggregate: 'detection',
  data: z.object(detectionFacts),
  keyOf: (data) => data.detectionId,
});

export const TuningTaskChanged = defineEvent({
  name: 'TuningTaskChanged',
  version: 1,
  producer: 'detection',
  consumers: [],
  audience: 'internal',
  description: 'A tuning task was opened by a false positive, got a further one, or went on to another state (R-46).',
  aggregate: 'tuningTask',
  data: z.object({
    taskId: Id,
    detectorId: Id,
    rootCause: RootCause,
    state: TuningTaskState,
    /** How many false positives it is about. */
    findingCount: z.int().positive(),
    at: Instant,
  }),
  keyOf: (data) => data.taskId,
});

export const DetectionSuppressed = defineEvent({
  name: 'DetectionSuppressed',
  version: 1,
  producer: 'detection',
  consumers: [],
  audience: 'internal',
  description:
    'A signal matched a detector and an active suppression hides it: it is counted, and can be opened (D-8).',
  aggregate: 'detection',
  data: z.object({ ...detectionFacts, suppressionId: Id }),
  keyOf: (data) => data.detectionId,
});

export const SuppressionChanged = defineEvent({
  name: 'SuppressionChanged',
  version: 1,
  producer: 'detection',
  consumers: [],
  audience: 'internal',
  description: 'A filter on the matches of a detector was proposed or changed, began to act, or ended (I-8).',
  aggregate: 'suppression',
  data: z.object({
    suppressionId: Id,
    detectorId: Id,
    state: SuppressionState,
    expiresAt: Instant.optional(),
    at: Instant,
  }),
  keyOf: (data) => data.suppressionId,
});

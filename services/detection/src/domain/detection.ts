import {
  DetectionRaised,
  DetectionSuppressed,
  DetectionUpdated,
  occurred,
  type Change,
  type DetectionLevel,
  type Realm,
  type RootCause,
  type SignalSource,
} from '@tocsin/contracts';
import { canonicalHash } from './canonical.ts';

/** Values may be added. */
export const detectionStates = ['OPEN', 'PROMOTED', 'DISMISSED', 'SUPPRESSED'] as const;
export type DetectionState = (typeof detectionStates)[number];

/** What is not listed is refused (`domain.md` section 5). */
const transitions: Readonly<Record<DetectionState, readonly DetectionState[]>> = {
  OPEN: ['PROMOTED', 'DISMISSED'],
  PROMOTED: [],
  DISMISSED: ['OPEN'],
  SUPPRESSED: ['OPEN'],
};

export const mayBecome = ({ state }: Detection, to: DetectionState): boolean => transitions[state].includes(to);

/** Signals of one detector about the same entities, folded. */
export interface Detection {
  readonly id: string;
  readonly version: number;
  readonly fingerprint: string;
  readonly detectorId: string;
  readonly level: DetectionLevel;
  readonly state: DetectionState;
  readonly source: SignalSource;
  readonly realm: Realm;
  /** The tenant it is about; never of two (D-10). */
  readonly tenantId: string | null;
  readonly signalCount: number;
  /** When it was raised, by our clock; never changes, so lists are ordered by it. */
  readonly raisedAt: Date;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  /** An earlier detection of the same fingerprint that is no longer open. */
  readonly relatedDetectionId: string | null;
  /** The exercise whose red team did it; null for a real one (I-35). */
  readonly exerciseId: string | null;
  /** Why it was dismissed as a false positive; null unless it is DISMISSED. */
  readonly rootCause: RootCause | null;
  /** The suppression that hid it when it was raised; stays when it is opened. */
  readonly suppressionId: string | null;
  /** How many of its signals were hidden: those of before it was opened. */
  readonly suppressedCount: number;
}

/** What a detector saw in a signal. */
export interface Sighting {
  readonly detectorId: string;
  readonly fingerprint: string;
  readonly level: DetectionLevel;
  readonly source: SignalSource;
  readonly realm: Realm;
  readonly tenantId: string | null;
  readonly observedAt: Date;
  readonly exerciseId: string | null;
}

interface FoldedBy {
  readonly tenantId: string | null;
  readonly realm: Realm;
  readonly exerciseId: string | null;
  readonly by: readonly (string | null)[];
}

/** The fixed parts keep tenants, realms (D-10) and exercises (I-35) apart; an absent value is null. */
export const fingerprintOf = (detectorId: string, { tenantId, realm, exerciseId, by }: FoldedBy): string =>
  canonicalHash([detectorId, [tenantId, realm, ...by], ...(exerciseId === null ? [] : [exerciseId])]);

/** What every event about a detection says. */
export const detectionFactsOf = (detection: Detection, now: Date) => ({
  detectionId: detection.id,
  detectorId: detection.detectorId,
  source: detection.source,
  level: detection.level,
  realm: detection.realm,
  tenantIds: detection.tenantId === null ? [] : [detection.tenantId],
  signalCount: detection.signalCount,
  firstSeenAt: detection.firstSeenAt.toISOString(),
  lastSeenAt: detection.lastSeenAt.toISOString(),
  at: now.toISOString(),
  ...(detection.exerciseId !== null && { exerciseId: detection.exerciseId }),
});

interface Order {
  readonly newId: string;
  readonly now: Date;
  /** The suppression whose filter hides the signal. */
  readonly suppressionId: string | null;
}

/**
 * The signal joins the open detection of its fingerprint, or opens a new one that names its closed predecessor. A hidden
 * one joins it too, since that waits for a decision anyway; else it is counted by a SUPPRESSED one of its suppression.
 */
export function see(latest: Detection | null, sighting: Sighting, order: Order): Change<Detection, 'detection'> {
  if (latest?.state === 'OPEN') return join(latest, sighting, order.now);
  const { suppressionId } = order;
  const isHiddenAlready = latest?.state === 'SUPPRESSED' && latest.suppressionId === suppressionId;
  return isHiddenAlready ? count(latest, sighting) : raise(latest, sighting, order);
}

function raise(
  predecessor: Detection | null,
  { observedAt, ...seen }: Sighting,
  { newId, now, suppressionId }: Order,
): Change<Detection, 'detection'> {
  const state: Detection = {
    ...seen,
    id: newId,
    version: 1,
    state: suppressionId === null ? 'OPEN' : 'SUPPRESSED',
    signalCount: 1,
    raisedAt: now,
    firstSeenAt: observedAt,
    lastSeenAt: observedAt,
    relatedDetectionId: predecessor?.id ?? null,
    rootCause: null,
    suppressionId,
    suppressedCount: suppressionId === null ? 0 : 1,
  };
  const facts = detectionFactsOf(state, now);
  const event =
    suppressionId === null
      ? occurred(DetectionRaised, facts)
      : occurred(DetectionSuppressed, { ...facts, suppressionId });
  return { state, events: [event] };
}

/** One more signal. Signals may come late: first and last seen hold the extremes, whatever the order (D-6). */
const withSignal = (detection: Detection, { observedAt }: Sighting): Detection => ({
  ...detection,
  version: detection.version + 1,
  signalCount: detection.signalCount + 1,
  firstSeenAt: observedAt < detection.firstSeenAt ? observedAt : detection.firstSeenAt,
  lastSeenAt: observedAt > detection.lastSeenAt ? observedAt : detection.lastSeenAt,
});

function join(open: Detection, sighting: Sighting, now: Date): Change<Detection, 'detection'> {
  const state = withSignal(open, sighting);
  return { state, events: [occurred(DetectionUpdated, detectionFactsOf(state, now))] };
}

/** Hidden, but counted (D-8); nobody is told of each. */
const count = (hidden: Detection, sighting: Sighting): Change<Detection, 'detection'> => ({
  state: { ...withSignal(hidden, sighting), suppressedCount: hidden.suppressedCount + 1 },
  events: [],
});

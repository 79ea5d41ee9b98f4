import {
  DetectionPromoted,
  DetectionRaised,
  DetectionUpdated,
  occurred,
  type Change,
  type Decision,
  type DetectionLevel,
  type Realm,
  type SignalSource,
} from '@tocsin/contracts';
import { ReasonRequired } from '@tocsin/errors';
import { canonicalHash } from './canonical.ts';
import { CustomerRealmOnly, DetectionNotOpen } from './errors.ts';

/** Values may be added: DISMISSED and SUPPRESSED follow. */
export const detectionStates = ['OPEN', 'PROMOTED'] as const;
export type DetectionState = (typeof detectionStates)[number];

/** What is not listed is refused (`domain.md` section 5). */
const transitions: Readonly<Record<DetectionState, readonly DetectionState[]>> = { OPEN: ['PROMOTED'], PROMOTED: [] };

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

const factsOf = (detection: Detection, now: Date) => ({
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

/** The signal joins the open detection of its fingerprint, or opens a new one that names its closed predecessor. */
export function see(
  latest: Detection | null,
  sighting: Sighting,
  order: { readonly newId: string; readonly now: Date },
): Change<Detection, 'detection'> {
  return latest?.state === 'OPEN' ? join(latest, sighting, order.now) : raise(latest, sighting, order);
}

function raise(
  predecessor: Detection | null,
  { observedAt, ...seen }: Sighting,
  { newId, now }: { readonly newId: string; readonly now: Date },
): Change<Detection, 'detection'> {
  const state: Detection = {
    ...seen,
    id: newId,
    version: 1,
    state: 'OPEN',
    signalCount: 1,
    raisedAt: now,
    firstSeenAt: observedAt,
    lastSeenAt: observedAt,
    relatedDetectionId: predecessor?.id ?? null,
  };
  return { state, events: [occurred(DetectionRaised, factsOf(state, now))] };
}

/** Signals may come late: first and last seen hold the extremes, whatever the order (D-6). */
function join(open: Detection, { observedAt }: Sighting, now: Date): Change<Detection, 'detection'> {
  const state: Detection = {
    ...open,
    version: open.version + 1,
    signalCount: open.signalCount + 1,
    firstSeenAt: observedAt < open.firstSeenAt ? observedAt : open.firstSeenAt,
    lastSeenAt: observedAt > open.lastSeenAt ? observedAt : open.lastSeenAt,
  };
  return { state, events: [occurred(DetectionUpdated, factsOf(state, now))] };
}

/** OPEN -> PROMOTED. Errors: REASON_REQUIRED, DETECTION_NOT_OPEN, CUSTOMER_REALM_ONLY. */
export function promote(
  detection: Detection,
  order: { readonly reason: string; readonly decisionId: string },
  { by, now }: { readonly by: string; readonly now: Date },
): Change<Detection, 'detection'> {
  const reason = order.reason.trim();
  if (reason === '') throw ReasonRequired();
  if (!transitions[detection.state].includes('PROMOTED')) throw DetectionNotOpen({ state: detection.state });
  if (detection.realm === 'CUSTOMER') throw CustomerRealmOnly({ detectionId: detection.id });
  const state: Detection = { ...detection, version: detection.version + 1, state: 'PROMOTED' };
  const decision: Decision = {
    id: order.decisionId,
    kind: 'promotion',
    value: { state: state.state },
    actorId: by,
    role: 'RESPONDER',
    at: now,
    reason,
    evidenceIds: [],
    policyVersion: '1',
  };
  const event = occurred(DetectionPromoted, { ...factsOf(state, now), automatic: false, promotedBy: by });
  return { state, events: [event], decisions: [decision] };
}

import {
  DetectionDismissed,
  DetectionPromoted,
  DetectionReopened,
  occurred,
  type Change,
  type RootCause,
} from '@tocsin/contracts';
import { RootCauseRequired } from '@tocsin/errors';
import { decided, type Act } from './act.ts';
import { detectionFactsOf, mayBecome, type Detection } from './detection.ts';
import { CustomerRealmOnly, DetectionNotOpen, DetectionOpenAlready, DetectionState } from './errors.ts';

type DetectionChange = Change<Detection, 'detection'>;

const role = 'RESPONDER';
const next = (detection: Detection, patch: Partial<Detection>): Detection => ({
  ...detection,
  ...patch,
  version: detection.version + 1,
});

/** OPEN -> PROMOTED. Errors: REASON_REQUIRED, DETECTION_NOT_OPEN, CUSTOMER_REALM_ONLY. */
export function promote(detection: Detection, { reason }: { readonly reason: string }, act: Act): DetectionChange {
  const decision = decided(act, { kind: 'promotion', value: { state: 'PROMOTED' }, role, reason });
  if (!mayBecome(detection, 'PROMOTED')) throw DetectionNotOpen({ state: detection.state });
  if (detection.realm === 'CUSTOMER') throw CustomerRealmOnly({ detectionId: detection.id });
  const state = next(detection, { state: 'PROMOTED' });
  const facts = { ...detectionFactsOf(state, act.now), automatic: false, promotedBy: act.by };
  return { state, events: [occurred(DetectionPromoted, facts)], decisions: [decision] };
}

/** What a dismissal says. */
export interface Dismissal {
  readonly reason: string;
  readonly rootCause: RootCause | null;
}

/** OPEN -> DISMISSED: a false positive, of a cause. Errors: REASON_REQUIRED, ROOT_CAUSE_REQUIRED, DETECTION_NOT_OPEN. */
export function dismiss(detection: Detection, { reason, rootCause }: Dismissal, act: Act): DetectionChange {
  if (rootCause === null) throw RootCauseRequired();
  const decision = decided(act, { kind: 'dismissal', value: { state: 'DISMISSED', rootCause }, role, reason });
  if (!mayBecome(detection, 'DISMISSED')) throw DetectionNotOpen({ state: detection.state });
  const state = next(detection, { state: 'DISMISSED', rootCause });
  const facts = { ...detectionFactsOf(state, act.now), rootCause };
  return { state, events: [occurred(DetectionDismissed, facts)], decisions: [decision] };
}

/**
 * DISMISSED, SUPPRESSED -> OPEN: it was none of that. What was learned for the detector stays with its tuning task.
 *
 * @param open the open detection of the same fingerprint, if there is one: it has taken its place.
 * Errors: REASON_REQUIRED, DETECTION_STATE, DETECTION_OPEN_ALREADY.
 */
export function reopen(
  detection: Detection,
  { reason, open }: { readonly reason: string; readonly open: Detection | null },
  act: Act,
): DetectionChange {
  const decision = decided(act, { kind: 'reopening', value: { state: 'OPEN' }, role, reason });
  if (!mayBecome(detection, 'OPEN')) throw DetectionState({ state: detection.state });
  if (open !== null) throw DetectionOpenAlready({ detectionId: open.id });
  const state = next(detection, { state: 'OPEN', rootCause: null });
  return { state, events: [occurred(DetectionReopened, detectionFactsOf(state, act.now))], decisions: [decision] };
}

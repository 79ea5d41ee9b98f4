import {
  type DetectionLevel,
  occurred,
  SuppressionChanged,
  type Change,
  type RootCause,
  type SuppressionState,
} from '@tocsin/contracts';
import { SamePersonRefused } from '@tocsin/errors';
import { decided, type Act } from './act.ts';
import { canonicalHash } from './canonical.ts';
import {
  ExpiryRequired,
  HidesTruePositives,
  OwnerRequired,
  ReplayRequired,
  SuppressionStateRefused,
} from './errors.ts';

/** What is not listed is refused (`domain.md` section 5). */
const transitions: Readonly<Record<SuppressionState, readonly SuppressionState[]>> = {
  PROPOSED: ['PROPOSED', 'ACTIVE', 'REJECTED'],
  ACTIVE: ['EXPIRED', 'REVOKED'],
  REJECTED: [],
  EXPIRED: [],
  REVOKED: [],
};

const hour = 3_600_000;
/** Longest time that a suppression acts, in days (`domain.md` section 6). */
export const longestDays = 90;
/** How far back a replay looks, in days (`detection.md` section 9). */
export const replayedDays = 30;
/** How long a replay is good for, ms (proposal): what happened since was not looked at. */
export const replayLastsMs = 24 * hour;

/** What the filter would have hidden of the detector's matches of the last `replayedDays`. */
export interface Replay {
  /** How many signals were looked at. */
  readonly lookedAt: number;
  /** How many of them the filter matches. */
  readonly matched: number;
  /** How many of these belong to a detection that was promoted, unless its incident is a FALSE_POSITIVE. */
  readonly truePositivesHidden: number;
  /** The detector's level then; a match above it passes. */
  readonly level: DetectionLevel;
  /** SHA-256 of the filter that was replayed. */
  readonly filterDigest: string;
  /** ISO 8601. */
  readonly at: string;
}

/** A filter on the matches of one rule: what it matches raises no open detection (I-8, D-8). */
export interface Suppression {
  readonly id: string;
  readonly version: number;
  readonly detectorId: string;
  /** Selections and a condition in Sigma's words, as YAML. */
  readonly filter: string;
  readonly rootCause: RootCause;
  readonly state: SuppressionState;
  /** Who answers for it (principal id). */
  readonly owner: string | null;
  readonly expiresAt: Date | null;
  /** The tuning task that it comes of. */
  readonly taskId: string | null;
  readonly replay: Replay | null;
  /** Who wrote it as it is: the one who may not activate it. */
  readonly proposedBy: string;
  readonly proposedAt: Date;
  readonly activatedBy: string | null;
}

type SuppressionChange = Change<Suppression, 'detection'>;

export const digestOf = (filter: string): string => canonicalHash(filter);

/** Its state at that time: it ends at its expiry, whether or not that was noted. */
export const stateAt = ({ state, expiresAt }: Suppression, now: Date): SuppressionState =>
  state === 'ACTIVE' && expiresAt !== null && expiresAt <= now ? 'EXPIRED' : state;

const announced = ({ id, detectorId, state, expiresAt }: Suppression, now: Date): SuppressionChange['events'] => [
  occurred(SuppressionChanged, {
    suppressionId: id,
    detectorId,
    state,
    at: now.toISOString(),
    ...(expiresAt !== null && { expiresAt: expiresAt.toISOString() }),
  }),
];

/** What is proposed; owner and expiry may follow. */
export interface Proposal {
  readonly filter: string;
  readonly owner: string | null;
  readonly expiresAt: Date | null;
  readonly reason: string;
}

const ownerOf = ({ owner }: Proposal): string | null => (owner ?? '').trim() || null;

/** A new one, PROPOSED. Errors: REASON_REQUIRED. */
export function propose(
  proposal: Proposal & Pick<Suppression, 'id' | 'detectorId' | 'rootCause' | 'taskId'>,
  act: Act,
): SuppressionChange {
  const { id, detectorId, rootCause, taskId, filter, expiresAt } = proposal;
  const state: Suppression = {
    ...{ id, version: 1, detectorId, filter, rootCause, taskId, expiresAt, state: 'PROPOSED', replay: null },
    ...{ owner: ownerOf(proposal), proposedBy: act.by, proposedAt: act.now, activatedBy: null },
  };
  return { state, events: announced(state, act.now), decisions: [decision(state, proposal.reason, act)] };
}

const decision = ({ state, filter }: Suppression, reason: string, act: Act) =>
  decided(act, {
    kind: 'suppression',
    value: { state, filterDigest: digestOf(filter) },
    role: 'SERVICE_ENGINEER',
    reason,
  });

/** The suppression in its next state. Errors: SUPPRESSION_STATE. */
function next(present: Suppression, patch: Partial<Suppression> & Pick<Suppression, 'state'>, now: Date): Suppression {
  const state = stateAt(present, now);
  if (!transitions[state].includes(patch.state)) throw SuppressionStateRefused({ state });
  return { ...present, ...patch, version: present.version + 1 };
}

function go(
  present: Suppression,
  patch: Partial<Suppression> & Pick<Suppression, 'state'>,
  reason: string,
  act: Act,
): SuppressionChange {
  const state = next(present, patch, act.now);
  return { state, events: announced(state, act.now), decisions: [decision(state, reason, act)] };
}

/** Writes a PROPOSED one anew; another filter needs another replay. Errors: REASON_REQUIRED, SUPPRESSION_STATE. */
export function revise(present: Suppression, proposal: Proposal, act: Act): SuppressionChange {
  const { filter, expiresAt, reason } = proposal;
  const patch = { filter, expiresAt, owner: ownerOf(proposal), proposedBy: act.by };
  return go(present, { ...patch, state: 'PROPOSED' }, reason, act);
}

/** Keeps what a replay found; decides nothing. Errors: SUPPRESSION_STATE. */
export function keepReplay(present: Suppression, replay: Replay): SuppressionChange {
  return { state: next(present, { state: 'PROPOSED', replay }, new Date(replay.at)), events: [] };
}

/**
 * PROPOSED -> ACTIVE, by another than who wrote it (I-8).
 *
 * Errors: REASON_REQUIRED, SUPPRESSION_STATE, SAME_PERSON_REFUSED, OWNER_REQUIRED, EXPIRY_REQUIRED, REPLAY_REQUIRED,
 * HIDES_TRUE_POSITIVES.
 */
export function activate(present: Suppression, { reason }: { readonly reason: string }, act: Act): SuppressionChange {
  const change = go(present, { state: 'ACTIVE', activatedBy: act.by }, reason, act);
  if (act.by === present.proposedBy) throw SamePersonRefused();
  if (present.owner === null) throw OwnerRequired();
  mustEnd(present, act.now);
  mustBeReplayed(present, act.now);
  return change;
}

function mustEnd({ expiresAt }: Suppression, now: Date): void {
  const latest = now.getTime() + longestDays * 24 * hour;
  if (expiresAt === null || expiresAt <= now || expiresAt.getTime() > latest)
    throw ExpiryRequired({ atMostDays: longestDays });
}

function mustBeReplayed({ replay, filter }: Suppression, now: Date): void {
  if (replay === null) throw ReplayRequired({ replay: 'NONE' });
  if (replay.filterDigest !== digestOf(filter)) throw ReplayRequired({ replay: 'OF_ANOTHER_FILTER' });
  if (now.getTime() - Date.parse(replay.at) > replayLastsMs) throw ReplayRequired({ replay: 'TOO_OLD' });
  const { truePositivesHidden } = replay;
  if (truePositivesHidden > 0) throw HidesTruePositives({ truePositivesHidden });
}

/** PROPOSED -> REJECTED. Errors: REASON_REQUIRED, SUPPRESSION_STATE. */
export const reject = (present: Suppression, { reason }: { readonly reason: string }, act: Act): SuppressionChange =>
  go(present, { state: 'REJECTED' }, reason, act);

/** ACTIVE -> REVOKED. Errors: REASON_REQUIRED, SUPPRESSION_STATE. */
export const revoke = (present: Suppression, { reason }: { readonly reason: string }, act: Act): SuppressionChange =>
  go(present, { state: 'REVOKED' }, reason, act);

/** ACTIVE -> EXPIRED, once its time is over; null before. */
export function expire(present: Suppression, now: Date): SuppressionChange | null {
  if (present.state !== 'ACTIVE' || stateAt(present, now) !== 'EXPIRED') return null;
  const state: Suppression = { ...present, state: 'EXPIRED', version: present.version + 1 };
  return { state, events: announced(state, now) };
}

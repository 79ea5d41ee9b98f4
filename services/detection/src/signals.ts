import { randomUUID } from 'node:crypto';
import { mustBeAllowed } from '@tocsin/access';
import type { Page, PageOrder, Transaction } from '@tocsin/database';
import { seeAll } from './detections.ts';
import { canonicalHash } from './domain/canonical.ts';
import { fingerprintOf, type Sighting } from './domain/detection.ts';
import { reportIntake } from './domain/detector.ts';
import { ExerciseNotRunning, SignalRefConflict } from './domain/errors.ts';
import { wasRunning } from './domain/exercise.ts';
import type { Judge } from './domain/judge.ts';
import { checkReport, realmOf, type Report, type Signal } from './domain/signal.ts';
import { findExercise } from './store/known-exercise-store.ts';
import { signalStore } from './store/signal-store.ts';

/** An event as a detector sent it. */
export interface ReportedEvent {
  /** `<CloudEvents source>#<CloudEvents id>`. */
  readonly sourceRef: string;
  readonly time: Date;
  readonly data: Readonly<Record<string, unknown>>;
  /** SHA-256 of the whole event. */
  readonly contentHash: string;
  /** The exercise that it says it is of. */
  readonly exerciseId: string | null;
}

/** What became of a signal; `repeated` if it was stored before and nothing happened now. */
export interface Recorded {
  readonly signal: Signal;
  readonly repeated: boolean;
}

/** Stores an event once and lets the rules judge it. Errors: FORBIDDEN, SIGNAL_REF_CONFLICT, EXERCISE_NOT_RUNNING. */
export async function recordEvent(tx: Transaction, event: ReportedEvent, judge: Judge): Promise<Recorded> {
  mustBeAllowed(tx.by, 'recordSignal');
  const { sourceRef, time, contentHash, exerciseId } = event;
  const source = 'AUTOMATED_SIGNATURE';
  const stored = await storedOnce(tx, { source, sourceRef, contentHash });
  if (stored !== null) return stored;
  // A detector's clock ahead of ours would put detections into the future.
  const claimedAt = time > tx.now ? time : null;
  const observedAt = claimedAt === null ? time : tx.now;
  await mustBeOf(tx, exerciseId, observedAt);
  const { attributes, sightings } = judge(event.data, { source, observedAt, exerciseId });
  return keep(tx, sightings, {
    source,
    sourceRef,
    contentHash,
    observedAt,
    claimedAt,
    attributes,
    tenantId: null,
    assets: [],
    exerciseId,
  });
}

/** Stores what a person (or a detector, in words) reports; it always raises a detection. Errors: those of `checkReport`. */
export async function recordSignal(
  tx: Transaction,
  { idempotencyKey, ...report }: Report & { readonly idempotencyKey: string },
): Promise<Recorded> {
  mustBeAllowed(tx.by, 'recordSignal');
  checkReport(report, tx.by, tx.now);
  const { source, title, what, observedAt, assets, exerciseId = null } = report;
  const sourceRef = `${tx.by.id}#${idempotencyKey}`;
  const content = { source, title, what, observedAt: observedAt.toISOString(), assets };
  const contentHash = canonicalHash(exerciseId === null ? content : { ...content, exerciseId });
  const stored = await storedOnce(tx, { source, sourceRef, contentHash });
  if (stored !== null) return stored;
  await mustBeOf(tx, exerciseId, observedAt);
  // Only a customer's token binds a tenant; nothing in the text does (D-12).
  const tenantId = tx.by.tenantId ?? null;
  const realm = realmOf(assets);
  const detectorId = reportIntake.id;
  // Reports are never folded: no reporter is lost, and none sees another's words (D-11).
  const fingerprint = fingerprintOf(detectorId, { tenantId, realm, exerciseId, by: [sourceRef] });
  const seen = { source, realm, tenantId, observedAt, exerciseId };
  const sighting = { detectorId, fingerprint, level: reportIntake.level, ...seen };
  const attributes = { title: title.trim(), what: what.trim() };
  const facts = {
    source,
    sourceRef,
    contentHash,
    observedAt,
    claimedAt: null,
    attributes,
    tenantId,
    assets,
    exerciseId,
  };
  return keep(tx, [sighting], facts);
}

/** What is marked as an exercise's was observed while it ran. Errors: EXERCISE_NOT_RUNNING. */
async function mustBeOf(tx: Transaction, exerciseId: string | null, observedAt: Date): Promise<void> {
  if (exerciseId === null) return;
  const exercise = await findExercise(tx, exerciseId);
  if (exercise === null || !wasRunning(exercise, observedAt)) throw ExerciseNotRunning({ exerciseId });
}

/** The signal of this reference, if there is one. Errors: SIGNAL_REF_CONFLICT if its content differs. */
async function storedOnce(
  tx: Transaction,
  given: Pick<Signal, 'source' | 'sourceRef' | 'contentHash'>,
): Promise<Recorded | null> {
  const signal = await signalStore(tx).lockByRef(given.source, given.sourceRef);
  if (signal === null) return null;
  if (signal.contentHash !== given.contentHash) throw SignalRefConflict();
  return { signal, repeated: true };
}

type Facts = Omit<Signal, 'id' | 'version' | 'reporterId' | 'receivedAt' | 'detectionIds'>;

async function keep(tx: Transaction, sightings: readonly Sighting[], facts: Facts): Promise<Recorded> {
  const detectionIds = await seeAll(tx, sightings, facts.attributes);
  const identity = { id: randomUUID(), version: 1, reporterId: tx.by.id, receivedAt: tx.now };
  const signal = await tx.commit(signalStore, { state: { ...facts, ...identity, detectionIds }, events: [] });
  return { signal, repeated: false };
}

/** The signals of a detection, newest first. Errors: FORBIDDEN, INVALID_INPUT. */
export function listSignals(tx: Transaction, detectionId: string, order: PageOrder): Promise<Page<Signal>> {
  mustBeAllowed(tx.by, 'read:signal');
  return signalStore(tx).pageOf(detectionId, order);
}

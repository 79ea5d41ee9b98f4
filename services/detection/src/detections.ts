import { randomUUID } from 'node:crypto';
import { mustBeAllowed } from '@tocsin/access';
import { expectVersion, type Page, type PageOrder, type Transaction } from '@tocsin/database';
import type { Act } from './domain/act.ts';
import { dismiss, promote, reopen, type Dismissal } from './domain/deciding.ts';
import { see, type Detection, type DetectionState, type Sighting } from './domain/detection.ts';
import type { Attributes } from './domain/signal.ts';
import { detectionStore } from './store/detection-store.ts';
import { hiddenAmong } from './suppressing.ts';
import { fileFalsePositive } from './tuning.ts';

/** Lets each sighting join or raise its detection; returns the detections' ids in the order of the sightings. */
export async function seeAll(
  tx: Transaction,
  sightings: readonly Sighting[],
  attributes: Attributes,
): Promise<string[]> {
  const hidden = await hiddenAmong(tx, sightings, attributes);
  const ids = new Map<string, string>();
  // Always in the same order, so that two signals that match the same rules cannot wait for each other.
  const ordered = sightings.toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
  for (const sighting of ordered) {
    const latest = await detectionStore(tx).lockLatest(sighting.fingerprint);
    const suppressionId = hidden.get(sighting.fingerprint) ?? null;
    const change = see(latest, sighting, { newId: randomUUID(), now: tx.now, suppressionId });
    ids.set(sighting.fingerprint, (await tx.commit(detectionStore, change)).id);
  }
  return sightings.map(({ fingerprint }) => ids.get(fingerprint) ?? '').filter((id) => id !== '');
}

interface Order {
  readonly detectionId: string;
  readonly expectedVersion: number;
  readonly reason: string;
}

/** Errors: FORBIDDEN, NOT_FOUND, CONCURRENT_CHANGE, and those of `promote`. */
export async function promoteDetection(tx: Transaction, order: Order): Promise<Detection> {
  mustBeAllowed(tx.by, 'promoteDetection');
  return tx.commit(detectionStore, promote(await changing(tx, order), order, actOf(tx)));
}

/** Sets a false positive aside, and files it with its detector. Errors: FORBIDDEN, NOT_FOUND, CONCURRENT_CHANGE, those of `dismiss`. */
export async function dismissDetection(
  tx: Transaction,
  order: Order & { readonly rootCause?: Dismissal['rootCause'] },
): Promise<Detection> {
  mustBeAllowed(tx.by, 'dismissDetection');
  const { reason, rootCause = null } = order;
  const change = dismiss(await changing(tx, order), { reason, rootCause }, actOf(tx));
  const { id: detectionId, detectorId, rootCause: cause } = change.state;
  const dismissed = await tx.commit(detectionStore, change);
  if (cause !== null) await fileFalsePositive(tx, { detectorId, rootCause: cause, detectionId });
  return dismissed;
}

/** Errors: FORBIDDEN, NOT_FOUND, CONCURRENT_CHANGE, and those of `reopen`. */
export async function reopenDetection(tx: Transaction, order: Order): Promise<Detection> {
  mustBeAllowed(tx.by, 'reopenDetection');
  const detection = await changing(tx, order);
  const latest = await detectionStore(tx).lockLatest(detection.fingerprint);
  const open = latest?.state === 'OPEN' ? latest : null;
  return tx.commit(detectionStore, reopen(detection, { ...order, open }, actOf(tx)));
}

async function changing(tx: Transaction, { detectionId, expectedVersion }: Order): Promise<Detection> {
  const detection = await detectionStore(tx).get(detectionId);
  expectVersion(detection, expectedVersion);
  return detection;
}

const actOf = (tx: Transaction): Act => ({ by: tx.by.id, now: tx.now, decisionId: randomUUID() });

/** Errors: FORBIDDEN. */
export function findDetection(tx: Transaction, id: string): Promise<Detection | null> {
  mustBeAllowed(tx.by, 'read:detection');
  return detectionStore(tx).find(id);
}

/** Errors: FORBIDDEN, INVALID_INPUT. */
export function listDetections(
  tx: Transaction,
  order: PageOrder & { readonly state?: DetectionState | null },
): Promise<Page<Detection>> {
  mustBeAllowed(tx.by, 'read:detection');
  return detectionStore(tx).page(order);
}

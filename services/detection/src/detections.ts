import { randomUUID } from 'node:crypto';
import { mustBeAllowed } from '@tocsin/access';
import { expectVersion, type Page, type PageOrder, type Transaction } from '@tocsin/database';
import { promote, see, type Detection, type DetectionState, type Sighting } from './domain/detection.ts';
import { detectionStore } from './store/detection-store.ts';

/** Lets each sighting join or raise its detection; returns the detections' ids in the order of the sightings. */
export async function seeAll(tx: Transaction, sightings: readonly Sighting[]): Promise<string[]> {
  const ids = new Map<string, string>();
  // Always in the same order, so that two signals that match the same rules cannot wait for each other.
  const ordered = sightings.toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
  for (const sighting of ordered) {
    const latest = await detectionStore(tx).lockLatest(sighting.fingerprint);
    const change = see(latest, sighting, { newId: randomUUID(), now: tx.now });
    ids.set(sighting.fingerprint, (await tx.commit(detectionStore, change)).id);
  }
  return sightings.map(({ fingerprint }) => ids.get(fingerprint) ?? '').filter((id) => id !== '');
}

/** Errors: FORBIDDEN, NOT_FOUND, CONCURRENT_CHANGE, and those of `promote`. */
export async function promoteDetection(
  tx: Transaction,
  order: { readonly detectionId: string; readonly expectedVersion: number; readonly reason: string },
): Promise<Detection> {
  mustBeAllowed(tx.by, 'promoteDetection');
  const detection = await detectionStore(tx).get(order.detectionId);
  expectVersion(detection, order.expectedVersion);
  const change = promote(detection, { reason: order.reason, decisionId: randomUUID() }, { by: tx.by.id, now: tx.now });
  return tx.commit(detectionStore, change);
}

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

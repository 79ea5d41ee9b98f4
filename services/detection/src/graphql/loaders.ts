import DataLoader from 'dataloader';
import { mayAtAll } from '@tocsin/access';
import type { Transaction } from '@tocsin/database';
import { createLoader, type Read, type RequestContext } from '@tocsin/subgraph';
import type { Detection } from '../domain/detection.ts';
import type { Detector } from '../domain/detector.ts';
import type { Suppression } from '../domain/suppression.ts';
import type { TuningTask } from '../domain/tuning.ts';
import { detectionStore } from '../store/detection-store.ts';
import { detectorStore } from '../store/detector-store.ts';
import { hiddenBy } from '../store/suppression-store.ts';
import { tasksOfDetections, tuningStore } from '../store/tuning-store.ts';
import { suppressionsAmong } from '../suppressions.ts';

/** One query for each type and request; null for whoever may not see it, as for what does not exist (S-3). */
export interface Loaders {
  readonly detection: DataLoader<string, Detection | null>;
  readonly detector: DataLoader<string, Detector | null>;
  readonly tuningTask: DataLoader<string, TuningTask | null>;
  readonly suppression: DataLoader<string, Suppression | null>;
  /** How many signals a suppression hid. */
  readonly hidden: DataLoader<string, { readonly count: number } | null>;
  /** By the id of the detection that it has. */
  readonly tuningTaskOf: DataLoader<string, TuningTask | null>;
}

export const loaders = (read: Read): Loaders => ({
  detection: createLoader((ids) =>
    read(async (tx) => (mayAtAll(tx.by, 'read:detection') ? detectionStore(tx).among(ids) : [])),
  ),
  detector: createLoader((ids) =>
    read(async (tx) => (mayAtAll(tx.by, 'read:detector') ? detectorStore(tx).among(ids) : [])),
  ),
  tuningTask: createLoader((ids) =>
    read(async (tx) => (mayAtAll(tx.by, 'read:tuningTask') ? tuningStore(tx).among(ids) : [])),
  ),
  suppression: createLoader((ids) =>
    read(async (tx) => (mayAtAll(tx.by, 'read:suppression') ? suppressionsAmong(tx, ids) : [])),
  ),
  hidden: createLoader((ids) => read(async (tx) => (mayAtAll(tx.by, 'read:suppression') ? hiddenBy(tx, ids) : []))),
  tuningTaskOf: new DataLoader((ids) => read((tx) => tasksOf(tx, ids))),
});

async function tasksOf(tx: Transaction, detectionIds: readonly string[]): Promise<(TuningTask | null)[]> {
  if (!mayAtAll(tx.by, 'read:tuningTask')) return detectionIds.map(() => null);
  const found = await tasksOfDetections(tx, detectionIds);
  const tasks = await tuningStore(tx).among(found.map(({ taskId }) => taskId));
  const taskIds = new Map(found.map(({ detectionId, taskId }) => [detectionId, taskId]));
  return detectionIds.map((id) => tasks.find((task) => task.id === taskIds.get(id)) ?? null);
}

export type Context = RequestContext<Loaders>;

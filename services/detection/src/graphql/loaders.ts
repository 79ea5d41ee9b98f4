import type DataLoader from 'dataloader';
import { mayAtAll } from '@tocsin/access';
import { createLoader, type Read, type RequestContext } from '@tocsin/subgraph';
import type { Detection } from '../domain/detection.ts';
import type { Detector } from '../domain/detector.ts';
import { detectionStore } from '../store/detection-store.ts';
import { detectorStore } from '../store/detector-store.ts';

/** One query for each type and request; null for whoever may not see it, as for what does not exist (S-3). */
export interface Loaders {
  readonly detection: DataLoader<string, Detection | null>;
  readonly detector: DataLoader<string, Detector | null>;
}

export const loaders = (read: Read): Loaders => ({
  detection: createLoader((ids) =>
    read(async (tx) => (mayAtAll(tx.by, 'read:detection') ? detectionStore(tx).among(ids) : [])),
  ),
  detector: createLoader((ids) =>
    read(async (tx) => (mayAtAll(tx.by, 'read:detector') ? detectorStore(tx).among(ids) : [])),
  ),
});

export type Context = RequestContext<Loaders>;

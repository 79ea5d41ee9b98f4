import type { PageOrder } from '@tocsin/database';
import { findDetection, listDetections, promoteDetection } from '../detections.ts';
import { listDetectors } from '../detectors.ts';
import type * as domain from '../domain/detection.ts';
import { listSignals } from '../signals.ts';
import type { Context } from './loaders.ts';

interface PromoteDetectionInput {
  readonly idempotencyKey: string;
  readonly detectionId: string;
  readonly expectedVersion: number;
  readonly reason: string;
}

export const Query = {
  detection: (_: unknown, { id }: { readonly id: string }, { read }: Context) => read((tx) => findDetection(tx, id)),
  detections: (_: unknown, order: PageOrder & { readonly state?: domain.DetectionState | null }, { read }: Context) =>
    read((tx) => listDetections(tx, order)),
  detectors: (_: unknown, order: PageOrder, { read }: Context) => read((tx) => listDetectors(tx, order)),
};

export const Mutation = {
  promoteDetection: async (
    _: unknown,
    { input }: { readonly input: PromoteDetectionInput },
    { command, load }: Context,
  ) => {
    const { id } = await command('promoteDetection', input, async (tx) => ({
      id: (await promoteDetection(tx, input)).id,
    }));
    return { detection: await load.detection.load(id) };
  },
};

export const Detection = {
  __resolveReference: ({ id }: { readonly id: string }, { load }: Context) => load.detection.load(id),
  detector: ({ detectorId }: domain.Detection, _: unknown, { load }: Context) => load.detector.load(detectorId),
  signals: ({ id }: domain.Detection, order: PageOrder, { read }: Context) => read((tx) => listSignals(tx, id, order)),
};

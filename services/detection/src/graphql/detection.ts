import type { RootCause } from '@tocsin/contracts';
import type { PageOrder, Transaction } from '@tocsin/database';
import { dismissDetection, findDetection, listDetections, promoteDetection, reopenDetection } from '../detections.ts';
import { listDetectors } from '../detectors.ts';
import type * as domain from '../domain/detection.ts';
import { listSignals } from '../signals.ts';
import type { Context } from './loaders.ts';

interface Input {
  readonly idempotencyKey: string;
  readonly detectionId: string;
  readonly expectedVersion: number;
  readonly reason: string;
}

/** Runs a decision about a detection; the payload is the detection as it is then. */
const deciding =
  <I extends Input>(name: string, decide: (tx: Transaction, input: I) => Promise<domain.Detection>) =>
  async (_: unknown, { input }: { readonly input: I }, { command, load }: Context) => {
    const { id } = await command(name, input, async (tx) => ({ id: (await decide(tx, input)).id }));
    return { detection: await load.detection.load(id) };
  };

export const Query = {
  detection: (_: unknown, { id }: { readonly id: string }, { read }: Context) => read((tx) => findDetection(tx, id)),
  detections: (_: unknown, order: PageOrder & { readonly state?: domain.DetectionState | null }, { read }: Context) =>
    read((tx) => listDetections(tx, order)),
  detectors: (_: unknown, order: PageOrder, { read }: Context) => read((tx) => listDetectors(tx, order)),
};

export const Mutation = {
  promoteDetection: deciding('promoteDetection', promoteDetection),
  dismissDetection: deciding<Input & { readonly rootCause?: RootCause | null }>('dismissDetection', dismissDetection),
  reopenDetection: deciding('reopenDetection', reopenDetection),
};

export const Detection = {
  __resolveReference: ({ id }: { readonly id: string }, { load }: Context) => load.detection.load(id),
  detector: ({ detectorId }: domain.Detection, _: unknown, { load }: Context) => load.detector.load(detectorId),
  suppression: ({ suppressionId }: domain.Detection, _: unknown, { load }: Context) =>
    suppressionId === null ? null : load.suppression.load(suppressionId),
  tuningTask: ({ id }: domain.Detection, _: unknown, { load }: Context) => load.tuningTaskOf.load(id),
  signals: ({ id }: domain.Detection, order: PageOrder, { read }: Context) => read((tx) => listSignals(tx, id, order)),
};

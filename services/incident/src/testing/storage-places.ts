import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createLogger, type Logger } from '@tocsin/runtime';
import { evidenceBucket, type BucketOptions } from '../edge/evidence-bucket.ts';
import { evidenceDirectory } from '../edge/evidence-directory.ts';
import type { EvidenceStorage } from '../edge/evidence-storage.ts';
import { createBucketRig, type BucketRig } from './bucket-rig.ts';
import { startWire, type Wire } from './wire.ts';

/** Where a spec keeps evidence, seen past the storage under test. */
export interface TestPlace {
  /** Not yet started. */
  open(limitBytes: number): EvidenceStorage;
  /** The names of all files or objects, with those that are not yet whole if they have a name. */
  files(): Promise<string[]>;
  /** How many uploads of this evidence, or in a folder of any, have begun and not ended. */
  begun(evidenceId: string): Promise<number>;
  /** Changes what is kept under a key of the storage. */
  overwrite(storageKey: string, bytes: Buffer): Promise<void>;
  /** As a disk that is not mounted any more, or a store that cannot be reached. */
  takeAway(): Promise<void>;
  drop(): Promise<void>;
}

export interface FolderPlace extends TestPlace {
  readonly folder: string;
}

export interface BucketTestPlace extends TestPlace {
  readonly rig: BucketRig;
  /** Between the storage and the store. */
  readonly wire: Wire;
  openWith(options: Partial<BucketOptions>): EvidenceStorage;
}

export const quiet: Logger = createLogger('incident', 'silent');

export async function folderPlace(): Promise<FolderPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-evidence-'));
  return {
    folder,
    open: (limitBytes) => evidenceDirectory(folder, limitBytes, quiet),
    files: async () => {
      const found = await readdir(folder, { recursive: true, withFileTypes: true });
      return found.filter((entry) => entry.isFile()).map(({ name }) => name);
    },
    begun: async () => (await readdir(join(folder, 'incoming'))).length,
    overwrite: async (storageKey, bytes) => {
      await mkdir(dirname(join(folder, storageKey)), { recursive: true });
      await writeFile(join(folder, storageKey), bytes);
    },
    takeAway: () => rm(folder, { recursive: true }),
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}

export async function bucketPlace(): Promise<BucketTestPlace> {
  const rig = await createBucketRig();
  const wire = await startWire(rig.place.endpoint ?? '');
  const place = { ...rig.place, endpoint: wire.endpoint };
  const { prefix } = place;
  const openWith = (options: Partial<BucketOptions>): EvidenceStorage =>
    evidenceBucket({ ...place, limitBytes: 1_000_000, log: quiet, ...options });
  return {
    rig,
    wire,
    openWith,
    open: (limitBytes) => openWith({ limitBytes }),
    files: async () => (await rig.keys()).map((key) => key.split('/').at(-1) ?? ''),
    begun: async (id) => (await rig.uploads(`${prefix}${id.slice(0, 2)}/${id}`)).length,
    overwrite: (storageKey, bytes) => rig.overwrite(prefix + storageKey, bytes),
    takeAway: () => Promise.resolve(wire.cut()),
    drop: async () => {
      await wire.stop();
      await rig.drop();
    },
  };
}

/** What holds for one holds for the other. */
export const places: readonly (readonly [name: string, create: () => Promise<TestPlace>])[] = [
  ['a folder', folderPlace],
  ['a bucket', bucketPlace],
];

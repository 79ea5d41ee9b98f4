import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Logger } from '@tocsin/runtime';
import { isClientGone } from './files-answers.ts';
import {
  createMeter,
  keyOf,
  mustFit,
  storageAway,
  translating,
  type EvidenceStorage,
  type Expected,
  type Meter,
} from './evidence-storage.ts';

/** Keeps the bytes of evidence in a folder of one running service: `<first two digits>/<evidence id>`. */
export function evidenceDirectory(folder: string, limitBytes: number, log: Logger): EvidenceStorage {
  const incoming = join(folder, 'incoming');
  const away = (action: string, error: unknown) => storageAway(log, action, error);
  return {
    name: 'evidence storage',
    start: async () => {
      // What a killed process had begun.
      await rm(incoming, { recursive: true, force: true });
      await mkdir(incoming, { recursive: true, mode: 0o700 });
    },
    stop: () => Promise.resolve(),
    ready: () =>
      stat(incoming).then(
        () => true,
        () => false,
      ),
    mustFit: (bytes) => mustFit(bytes, limitBytes),
    keep: async (expected, source) => {
      const part = join(incoming, randomUUID());
      const meter = createMeter(expected, limitBytes);
      try {
        await write(part, source, meter);
        const storageKey = keyOf(expected.evidenceId);
        await settle(part, join(folder, storageKey), expected);
        return { storageKey, bytes: meter.bytes() };
      } catch (error) {
        await rm(part, { force: true }).catch(() => undefined);
        throw isOfTheDisk(error) ? away('keep', error) : error;
      }
    },
    read: async (storageKey, bytes) => {
      const path = join(folder, storageKey);
      const { size } = await stat(path).catch((error: unknown) => {
        throw isMissing(error) ? new Error(`The stored evidence ${storageKey} is not there.`) : away('read', error);
      });
      if (size !== bytes) throw new Error(`The stored evidence ${storageKey} has ${size} bytes instead of ${bytes}.`);
      return translating(createReadStream(path) as AsyncIterable<Buffer>, (error) => away('read', error));
    },
    remove: (evidenceId) =>
      rm(join(folder, keyOf(evidenceId)), { force: true }).catch((error: unknown) => {
        throw away('remove', error);
      }),
  };
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** A call of the system failed, as against the connection over which the bytes come. */
const isOfTheDisk = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'syscall' in error && !isClientGone(error);

/** The file is there before the first byte is judged: one that is still being opened would outlive its removal. */
async function write(part: string, source: AsyncIterable<Buffer>, meter: Meter): Promise<void> {
  const file = await open(part, 'wx', 0o600);
  try {
    await pipeline(source, meter.pass, file.createWriteStream({ flush: true }));
  } finally {
    await file.close();
  }
}

/** Puts a whole file in its place, if none is there yet; the name is on the disk, too, when this returns. */
async function settle(part: string, path: string, { evidenceId, sha256 }: Expected): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const present = await digestOf(path);
  if (present === sha256) return rm(part);
  if (present !== null) throw new Error(`Another file is stored in the place of evidence ${evidenceId}.`);
  await rename(part, path);
  const folder = await open(dirname(path));
  await folder.sync().finally(() => folder.close());
}

/** Null if there is no such file. */
async function digestOf(path: string): Promise<string | null> {
  if ((await stat(path).catch(() => null)) === null) return null;
  const digest = createHash('sha256');
  await pipeline(createReadStream(path), digest);
  return digest.digest('hex');
}

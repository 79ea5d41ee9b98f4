import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Part } from '@tocsin/runtime';
import { DigestMismatch, EvidenceTooLarge } from '../domain/errors.ts';

/** What the bytes of one piece of evidence must be. */
export interface Expected {
  readonly evidenceId: string;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** Keeps the bytes of evidence in a folder of one running service: `<first two digits>/<evidence id>`. */
export interface EvidenceDirectory extends Part {
  /** Refuses what is known to be too large before it is sent. @throws EVIDENCE_TOO_LARGE */
  mustFit(bytes: number): void;
  /**
   * Takes bytes as they come, never all at once. They are kept, and safe on the disk, only if they have the digest and
   * all have come; otherwise nothing is left of them.
   *
   * @throws DIGEST_MISMATCH, EVIDENCE_TOO_LARGE
   */
  keep(
    expected: Expected,
    source: AsyncIterable<Buffer>,
  ): Promise<{ readonly storageKey: string; readonly bytes: number }>;
  /** The bytes under a key. @throws Error if they are not there in this length. */
  read(storageKey: string, bytes: number): Promise<Readable>;
  /** Removes the bytes of evidence, if there are any, whether or not they were ever recorded. */
  remove(evidenceId: string): Promise<void>;
}

export function evidenceDirectory(folder: string, limitBytes: number): EvidenceDirectory {
  const incoming = join(folder, 'incoming');
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
    mustFit: (bytes) => {
      if (bytes > limitBytes) throw EvidenceTooLarge({ limit: limitBytes });
    },
    keep: async (expected, source) => {
      const part = join(incoming, randomUUID());
      try {
        const bytes = await write(part, source, expected, limitBytes);
        const storageKey = keyOf(expected.evidenceId);
        await settle(part, join(folder, storageKey));
        return { storageKey, bytes };
      } catch (error) {
        await rm(part, { force: true });
        throw error;
      }
    },
    read: async (storageKey, bytes) => {
      const path = join(folder, storageKey);
      const { size } = await stat(path);
      if (size !== bytes) throw new Error(`The stored evidence ${storageKey} has ${size} bytes instead of ${bytes}.`);
      return createReadStream(path);
    },
    remove: (evidenceId) => rm(join(folder, keyOf(evidenceId)), { force: true }),
  };
}

const keyOf = (evidenceId: string): string => `${evidenceId.slice(0, 2)}/${evidenceId}`;

async function write(part: string, source: AsyncIterable<Buffer>, expected: Expected, limit: number): Promise<number> {
  const digest = createHash('sha256');
  let bytes = 0;
  await pipeline(
    source,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        if (bytes > limit) throw EvidenceTooLarge({ limit });
        digest.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true }),
  );
  if (digest.digest('hex') !== expected.sha256) throw DigestMismatch({ evidenceId: expected.evidenceId });
  return bytes;
}

/** Puts a whole file in its place; the name is on the disk, too, when this returns. */
async function settle(part: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await rename(part, path);
  const folder = await open(dirname(path));
  await folder.sync().finally(() => folder.close());
}

/**
 * Passes the bytes on and fails before the last of them if they are not what was recorded, so that who receives them
 * sees a broken answer instead of changed evidence.
 *
 * @throws Error if the bytes have changed since they were stored.
 */
export async function* verified(
  chunks: AsyncIterable<Buffer>,
  { evidenceId, sha256 }: Expected,
): AsyncGenerator<Buffer> {
  const digest = createHash('sha256');
  let held: Buffer | undefined;
  for await (const chunk of chunks) {
    digest.update(chunk);
    if (held !== undefined) yield held;
    held = chunk;
  }
  if (digest.digest('hex') !== sha256) throw new Error(`The stored bytes of evidence ${evidenceId} have changed.`);
  if (held !== undefined) yield held;
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import { DomainError } from '@tocsin/errors';
import type { Logger } from '@tocsin/runtime';
import type { BucketPlace } from '../evidence-config.ts';
import { createMeter, keyOf, mustFit, storageAway, translating, type EvidenceStorage } from './evidence-storage.ts';
import { s3Bucket, type S3Bucket, type SentPart, type Upload } from './s3-bucket.ts';

export interface BucketOptions extends BucketPlace {
  readonly limitBytes: number;
  readonly log: Logger;
  /** At most this long, milliseconds; what was begun an hour longer ago is nobody's any more. */
  readonly longestUploadMs?: number;
  /** Each holds two parts in memory; further ones are UNAVAILABLE. */
  readonly uploadsAtOnce?: number;
}

const mebibyte = 1024 ** 2;
const hourMs = 60 * 60 * 1000;
/** The protocol allows so many parts. */
const mostParts = 10_000;

/** As large as the largest file needs, and 8 MiB at least. */
export const partBytesFor = (limitBytes: number): number =>
  Math.max(8, Math.ceil(limitBytes / mostParts / mebibyte)) * mebibyte;

/**
 * Keeps the bytes of evidence in an S3-compatible bucket, `<prefix><first two digits>/<evidence id>`; several services
 * may share it. An object appears under its key only after all its bytes have proven right, and is never replaced.
 */
export function evidenceBucket(options: BucketOptions): EvidenceStorage {
  const { prefix, limitBytes, log, longestUploadMs = 24 * hourMs, uploadsAtOnce = 32 } = options;
  const bucket = s3Bucket(options, log);
  const running = new Set<Promise<unknown>>();
  const keeper = { bucket, log, longestUploadMs, partBytes: partBytesFor(limitBytes) };
  return {
    name: 'evidence storage',
    // A store that is away does not keep the service from starting; it is not ready until then.
    start: () => within(10_000, sweep(bucket, prefix, longestUploadMs)),
    stop: async () => {
      await within(5_000, Promise.allSettled(running));
      bucket.close();
    },
    ready: () => bucket.answers(2_000),
    mustFit: (bytes) => mustFit(bytes, limitBytes),
    keep: async (expected, source) => {
      if (running.size >= uploadsAtOnce)
        throw storageAway(log, 'keep', new Error(`${uploadsAtOnce} uploads are under way, as many as are allowed.`));
      const storageKey = keyOf(expected.evidenceId);
      const meter = createMeter(expected, limitBytes);
      const file = { key: prefix + storageKey, sha256: expected.sha256, bytes: meter.bytes };
      const keeping = Promise.resolve().then(() =>
        keep(keeper, file, blocks(meter.pass(inTime(source, keeper)), keeper.partBytes)),
      );
      running.add(keeping);
      await keeping.finally(() => running.delete(keeping));
      return { storageKey, bytes: meter.bytes() };
    },
    read: async (storageKey, bytes) => {
      const found = await bucket.open(prefix + storageKey);
      if (found === null) throw new Error(`The stored evidence ${storageKey} is not there.`);
      if (found.bytes === bytes) return reading(found.body, log);
      found.body.destroy();
      throw new Error(`The stored evidence ${storageKey} has ${found.bytes} bytes instead of ${bytes}.`);
    },
    remove: async (evidenceId) => {
      const key = prefix + keyOf(evidenceId);
      // First what is still coming: it cannot end as an object then.
      for await (const upload of bucket.uploads(key)) if (upload.key === key) await bucket.abort(upload);
      await bucket.remove(key);
    },
  };
}

/** Waits for work that goes on, or fails and is logged, on its own. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  await Promise.race([work.catch(() => undefined), sleep(ms, undefined, { ref: false })]);
}

/** Ends what killed processes had begun. Whoever is alive gives up earlier, whichever of the services it is. */
async function sweep(bucket: S3Bucket, prefix: string, longestUploadMs: number): Promise<void> {
  for await (const upload of bucket.uploads(prefix)) {
    const isEvidence = /^[0-9a-f]{2}\/[0-9a-f-]{36}$/.test(upload.key.slice(prefix.length));
    if (isEvidence && upload.ageMs > longestUploadMs + hourMs) await bucket.abort(upload);
  }
}

interface Keeper {
  readonly bucket: S3Bucket;
  readonly log: Logger;
  readonly longestUploadMs: number;
}

interface File {
  readonly key: string;
  readonly sha256: string;
  bytes(): number;
}

/** What fits into one block is whole, and judged, before it is sent; more than that goes by parts. */
async function keep(keeper: Keeper, file: File, source: AsyncGenerator<Buffer, void>): Promise<void> {
  const { bucket } = keeper;
  const head = [await source.next(), await source.next()].flatMap(({ value }) => value ?? []);
  const [whole = Buffer.alloc(0), second] = head;
  if (second === undefined) return settle(keeper, file, () => bucket.put(file.key, whole, file.sha256));
  await keepByParts(keeper, file, joined(head, source)).finally(() => source.return(undefined));
}

async function* joined(head: readonly Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* head;
  yield* rest;
}

async function keepByParts(keeper: Keeper, file: File, source: AsyncIterable<Buffer>): Promise<void> {
  const { bucket } = keeper;
  const upload = await bucket.begin(file.key, file.sha256);
  let isComplete = false as boolean;
  try {
    const parts = await sendParts(keeper, upload, source);
    await settle(keeper, file, async () => {
      await bucket.complete(upload, parts);
      isComplete = true;
    });
  } finally {
    // The store may be away, too; then the parts stay until they are swept.
    if (!isComplete) await bucket.abort(upload).catch(() => undefined);
  }
}

/** However slowly the bytes come. */
async function* inTime(source: AsyncIterable<Buffer>, { longestUploadMs, log }: Keeper): AsyncGenerator<Buffer> {
  const deadline = performance.now() + longestUploadMs;
  for await (const chunk of source) {
    if (performance.now() > deadline) throw storageAway(log, 'keep', new Error('The upload took too long.'));
    yield chunk;
  }
}

/** Sends one part while the next one comes. Returns only if the source ended well. */
async function sendParts(keeper: Keeper, upload: Upload, source: AsyncIterable<Buffer>): Promise<SentPart[]> {
  const parts: SentPart[] = [];
  let sending: Promise<unknown> = Promise.resolve();
  let n = 0;
  try {
    for await (const block of source) {
      await sending;
      n += 1;
      sending = keeper.bucket.sendPart(upload, n, block).then((part) => parts.push(part));
      // It is awaited before the next one; until then it must not end the process.
      sending.catch(() => undefined);
    }
    await sending;
    return parts;
  } finally {
    // A part that arrives after its upload was aborted may stay for ever.
    await sending.catch(() => undefined);
  }
}

/** Takes a refusal as success if just this file is there: it was kept before, or the answer was lost. */
async function settle({ bucket, log }: Keeper, { key, sha256, bytes }: File, write: () => Promise<void>) {
  try {
    await write();
  } catch (error) {
    const found = await bucket.find(key).catch(() => null);
    if (found === null) throw error instanceof DomainError ? error : storageAway(log, 'keep', error);
    if (found.bytes !== bytes() || (found.sha256 ?? sha256) !== sha256)
      throw new Error(`Another object is stored in the place of evidence, ${key}.`, { cause: error });
  }
}

/** Blocks of one size, the last one smaller. A block is good until the next but one is asked for. */
async function* blocks(source: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer, void> {
  let [block, spare] = [Buffer.allocUnsafe(size), Buffer.alloc(0)];
  let filled = 0;
  for await (const chunk of source) {
    for (let taken = 0; taken < chunk.length;) {
      const copied = chunk.copy(block, filled, taken);
      taken += copied;
      filled += copied;
      if (filled < size) continue;
      yield block;
      [block, spare] = [spare.length === size ? spare : Buffer.allocUnsafe(size), block];
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

/** The bytes of an object as they come. */
function reading(body: Readable, log: Logger): AsyncGenerator<Buffer> {
  // Whoever iterates hears of it; until he does it must not end the process.
  body.on('error', () => undefined);
  return translating(body as AsyncIterable<Buffer>, (error) => storageAway(log, 'read', error));
}

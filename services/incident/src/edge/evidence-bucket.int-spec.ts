import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { CreateMultipartUploadCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createLogger } from '@tocsin/runtime';
import { bucketPlace, type BucketTestPlace } from '../testing/storage-places.ts';
import { partBytesFor } from './evidence-bucket.ts';
import type { EvidenceStorage } from './evidence-storage.ts';

jest.setTimeout(30_000);

const mebibyte = 1024 ** 2;
const limitBytes = 20 * mebibyte;
const small = randomBytes(300_000);
const large = randomBytes(17 * mebibyte);

let place: BucketTestPlace;
let storage: EvidenceStorage;
let evidenceId: string;
let key: string;
beforeEach(async () => {
  place = await bucketPlace();
  storage = place.open(limitBytes);
  await storage.start();
  evidenceId = randomUUID();
  key = `${place.rig.place.prefix}${evidenceId.slice(0, 2)}/${evidenceId}`;
});
afterEach(async () => {
  await storage.stop();
  await place.drop();
});

async function* pieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 60_000) yield bytes.subarray(at, at + 60_000);
}
const keep = (bytes: Buffer, into = storage, source = pieces(bytes)) =>
  into.keep({ evidenceId, sha256: createHash('sha256').update(bytes).digest('hex') }, source);

describe.each([
  ['small', small, 'PUT /'],
  ['large', large, 'POST /'],
])('a %s file in a bucket', (_, bytes, lastRequest) => {
  it('is refused by the store if a byte changes on the way, and nothing is left', async () => {
    place.wire.corruptNext();
    await expect(keep(bytes)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await place.files()).toEqual([]);
    expect(await place.begun(evidenceId)).toBe(0);
    expect(await keep(bytes)).toMatchObject({ bytes: bytes.length });
  });

  it('is kept though the answer to its last request is lost', async () => {
    const source = async function* (): AsyncGenerator<Buffer> {
      yield* pieces(bytes);
      if (bytes === small) place.wire.loseAnswerTo(lastRequest);
      else setTimeout(() => place.wire.loseAnswerTo(lastRequest), 0);
    };
    expect(await keep(bytes, storage, source())).toMatchObject({ bytes: bytes.length });
    expect(await place.files()).toEqual([evidenceId]);
    expect(await place.begun(evidenceId)).toBe(0);
  });
});

describe('evidence in a bucket', () => {
  it('stays begun when the store goes away half-way, and can be brought again once it is back', async () => {
    const source = async function* (): AsyncGenerator<Buffer> {
      yield* pieces(large);
      place.wire.cut();
    };
    await expect(keep(large, storage, source())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await place.files()).toEqual([]);
    await expect(storage.remove(evidenceId)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(storage.read('aa/x', 1)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    place.wire.mend();
    expect(await storage.ready()).toBe(true);
    await keep(large);
    expect(await place.files()).toEqual([evidenceId]);
    expect(await place.begun(evidenceId)).toBe(1);
    // Whoever destroys it destroys the parts, too.
    await storage.remove(evidenceId);
    expect([await place.files(), await place.begun(evidenceId)]).toEqual([[], 0]);
  });

  it('breaks off with UNAVAILABLE if the store goes away while it is read', async () => {
    const { storageKey } = await keep(large);
    let passed = 0;
    const reading = async (): Promise<void> => {
      for await (const chunk of await storage.read(storageKey, large.length)) {
        passed += chunk.length;
        place.wire.cut();
      }
    };
    await expect(reading()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(passed).toBeLessThan(large.length);
  });

  it('cannot come whole any more once it was destroyed on its way', async () => {
    const source = async function* (): AsyncGenerator<Buffer> {
      yield* pieces(large);
      await storage.remove(evidenceId);
    };
    await expect(keep(large, storage, source())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await place.files()).toEqual([]);
  });

  it('leaves what a killed service had begun until it is surely nobody’s; then a start removes it', async () => {
    const { client, place: at } = place.rig;
    for (const Key of [key, `${at.prefix}something/else`]) {
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: at.bucket, Key }));
      const part = { Bucket: at.bucket, Key, UploadId, PartNumber: 1, Body: small };
      await client.send(new UploadPartCommand(part));
    }
    const listed = await place.rig.uploads(at.prefix);
    await place.openWith({}).start();
    expect(await place.rig.uploads(at.prefix)).toEqual(listed);
    await place.openWith({ longestUploadMs: -3_601_000 }).start();
    // Not what is no evidence. Some stores list an upload by its whole key alone, and clear up by themselves.
    expect(await place.rig.uploads(at.prefix)).toHaveLength(Math.max(0, listed.length - 1));
  });

  it('is taken from so many at once as there is memory for', async () => {
    const narrow = place.openWith({ uploadsAtOnce: 1 });
    let second: unknown;
    const source = async function* (): AsyncGenerator<Buffer> {
      second = await keep(small, narrow).catch((error: unknown) => error);
      yield* pieces(small);
    };
    await keep(small, narrow, source());
    expect(second).toMatchObject({ code: 'UNAVAILABLE' });
    await keep(small, narrow);
  });

  it('is UNAVAILABLE if the store refuses the service; only the log has the reason', async () => {
    const lines: string[] = [];
    const log = createLogger('incident', 'warn');
    jest.spyOn(log, 'warn').mockImplementation((fields) => void lines.push(String((fields as { err: Error }).err)));
    const credentials = { accessKeyId: place.rig.place.credentials!.accessKeyId, secretAccessKey: 'wrong' };
    const refused = place.openWith({ credentials, log });
    await refused.start();
    expect(await refused.ready()).toBe(false);
    const error = await keep(small, refused).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'UNAVAILABLE', details: {} });
    expect((error as Error).message).not.toMatch(/signature/i);
    expect(lines.join()).toMatch(/SignatureDoesNotMatch/);
  });

  it('is sent in parts of which 10000 are enough', () => {
    expect(partBytesFor(5 * 1024 ** 3)).toBe(8 * mebibyte);
    for (const limit of [80 * 1024 ** 3, 1024 ** 4, 5 * 1024 ** 4])
      expect(partBytesFor(limit) * 10_000).toBeGreaterThanOrEqual(limit);
  });
});

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { places, type TestPlace } from '../testing/storage-places.ts';
import { verified, type EvidenceStorage } from './evidence-storage.ts';

jest.setTimeout(30_000);

const mebibyte = 1024 ** 2;
const limit = 20 * mebibyte;
const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** In pieces as they come from a socket, each a copy: what was handed over may be reused. */
async function* pieces(bytes: Buffer, end = bytes.length): AsyncGenerator<Buffer> {
  for (let at = 0; at < end; at += 60_000) yield Buffer.from(bytes.subarray(at, Math.min(end, at + 60_000)));
}

async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

describe.each(places)('evidence in %s', (_place, create) => {
  let place: TestPlace;
  let storage: EvidenceStorage;
  let evidenceId: string;
  beforeEach(async () => {
    place = await create();
    storage = place.open(limit);
    await storage.start();
    evidenceId = randomUUID();
  });
  afterEach(async () => {
    await storage.stop();
    await place.drop();
  });

  const keep = (bytes: Buffer, source = pieces(bytes), sha256 = sha256Of(bytes)) =>
    storage.keep({ evidenceId, sha256 }, source);
  const nothingIsLeft = async (): Promise<void> => {
    expect(await place.files()).toEqual([]);
    expect(await place.begun(evidenceId)).toBe(0);
  };

  describe.each([
    ['nothing', 0],
    ['300 KB', 300_000],
    ['just one part', 8 * mebibyte],
    ['three parts', 17 * mebibyte],
  ])('of %s', (_size, size) => {
    const bytes = randomBytes(size);
    const other = Buffer.concat([bytes.subarray(1), Buffer.from('x')]);

    it('is kept whole, and read as it was', async () => {
      const kept = await keep(bytes);
      expect(kept).toEqual({ storageKey: `${evidenceId.slice(0, 2)}/${evidenceId}`, bytes: size });
      expect(await place.files()).toEqual([evidenceId]);
      expect(await place.begun(evidenceId)).toBe(0);
      expect((await collect(await storage.read(kept.storageKey, size))).equals(bytes)).toBe(true);
    });

    it('is not kept with another digest', async () => {
      await expect(keep(bytes, pieces(other))).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
      await nothingIsLeft();
    });

    it('is not kept if it breaks off', async () => {
      const broken = async function* (): AsyncGenerator<Buffer> {
        yield* pieces(bytes, Math.floor(size * 0.9));
        throw new Error('The cable was pulled.');
      };
      await expect(keep(bytes, broken())).rejects.toThrow('The cable was pulled.');
      await nothingIsLeft();
    });

    it('may be brought again, also by two at once, and stays what it is', async () => {
      const [first, second] = await Promise.all([keep(bytes), keep(bytes)]);
      expect([first, await keep(bytes)]).toEqual([second, second]);
      await expect(keep(bytes, pieces(other))).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
      expect(new Set(await place.files())).toEqual(new Set([evidenceId]));
      expect(await place.begun(evidenceId)).toBe(0);
      expect((await collect(await storage.read(first.storageKey, size))).equals(bytes)).toBe(true);
    });

    it('is not changed by other bytes in its name, though they have the digest that was asked for', async () => {
      const { storageKey } = await keep(bytes);
      await expect(keep(other)).rejects.toThrow(/is stored in the place of evidence/);
      expect((await collect(await storage.read(storageKey, size))).equals(bytes)).toBe(true);
      expect(await place.begun(evidenceId)).toBe(0);
    });

    it('is removed with all that was ever there, as often as one likes', async () => {
      const { storageKey } = await keep(bytes);
      await place.overwrite(storageKey, other);
      await storage.remove(evidenceId);
      await storage.remove(evidenceId);
      await nothingIsLeft();
      await expect(storage.read(storageKey, size)).rejects.toThrow();
    });
  });

  it('is not read in another length', async () => {
    const { storageKey, bytes } = await keep(randomBytes(300_000));
    await expect(storage.read(storageKey, bytes - 1)).rejects.toThrow(/has 300000 bytes instead of 299999/);
    await place.overwrite(storageKey, randomBytes(300_001));
    await expect(storage.read(storageKey, bytes)).rejects.toThrow(/has 300001 bytes/);
  });

  it('is not passed on whole if it has changed', async () => {
    const sha256 = sha256Of(randomBytes(32));
    await place.overwrite(`${evidenceId.slice(0, 2)}/${evidenceId}`, randomBytes(500_000));
    const passed: Buffer[] = [];
    const passOn = async (): Promise<void> => {
      const source = await storage.read(`${evidenceId.slice(0, 2)}/${evidenceId}`, 500_000);
      for await (const chunk of verified(source, { evidenceId, sha256 })) passed.push(chunk);
    };
    await expect(passOn()).rejects.toThrow(/have changed/);
    expect(Buffer.concat(passed).length).toBeLessThan(500_000);
  });

  it('of more than the limit is refused, before and while it comes', async () => {
    expect(() => storage.mustFit(limit + 1)).toThrow(expect.objectContaining({ code: 'EVIDENCE_TOO_LARGE' }));
    storage.mustFit(limit);
    const tooLarge = Buffer.alloc(limit + 1);
    await expect(keep(tooLarge)).rejects.toMatchObject({ code: 'EVIDENCE_TOO_LARGE', details: { limit } });
    await nothingIsLeft();
  });

  it('is not to be read while it comes', async () => {
    const bytes = randomBytes(17 * mebibyte);
    const source = async function* (): AsyncGenerator<Buffer> {
      yield* pieces(bytes);
      expect(await place.begun(evidenceId)).toBe(1);
      await expect(storage.read(`${evidenceId.slice(0, 2)}/${evidenceId}`, bytes.length)).rejects.toThrow();
    };
    await keep(bytes, source());
  });

  it.each([300_000, 17 * mebibyte])(
    'says UNAVAILABLE, without details, when its place goes away (%i bytes)',
    async (size) => {
      const bytes = randomBytes(size);
      expect(await storage.ready()).toBe(true);
      const source = async function* (): AsyncGenerator<Buffer> {
        yield* pieces(bytes, size - 1);
        await place.takeAway();
        yield bytes.subarray(size - 1);
      };
      const error = await keep(bytes, source()).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'UNAVAILABLE', details: {} });
      expect(await storage.ready()).toBe(false);
      await expect(keep(bytes)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    },
  );
});

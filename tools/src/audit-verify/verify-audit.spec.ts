import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { exportJWK, generateKeyPair } from 'jose';
import { importSigningKey, PrivateJwk, publicJwks, signSeal, type SigningKey } from '@tocsin/access';
import { auditArchive, chainCount, chainMember, headsMember, headType, zeros } from '@tocsin/audit';
import { main } from '../cli/main.ts';

const exportId = '0b6f2f0e-3c57-4c5e-9d0f-5f3f3a2f7c11';
const [openedAt, exportedAt] = ['2026-11-22T09:00:00.000Z', '2026-11-22T10:00:00.000Z'];

let folder: string;
let shown: string;
const file = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-verify-'));
  const { privateKey } = await generateKeyPair('Ed25519', { extractable: true });
  const jwk = PrivateJwk.parse({ ...(await exportJWK(privateKey)), kid: 'incident' });
  const key = await importSigningKey(jwk);
  await writeFile(file('jwks.json'), JSON.stringify(publicJwks(jwk)));
  await writeFile(file('by-service.json'), JSON.stringify({ incident: publicJwks(jwk) }));
  await writeFile(file('others.json'), JSON.stringify({ detection: publicJwks(jwk) }));
  await writeFile(file('no-keys.json'), '{"keys":[]}');
  await writeFile(file('broken.zip'), 'PK');
  const kept = await head(key, 1);
  await writeFile(file('heads.jws'), `${kept}\n${await head(key, 2)}\n`);
  await save('good.zip', [kept], key);
  await save('headless.zip', [], key);
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  shown = '';
  for (const stream of [process.stdout, process.stderr])
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      shown += String(text);
      return true;
    });
});

const head = (key: SigningKey, n: number): Promise<string> => {
  const tips = Array.from({ length: chainCount }, (_, chain) => ({ chain, seq: 0, hash: zeros }));
  return signSeal(headType, { service: 'incident', n, at: `2026-11-22T1${n}:00:00.000000Z`, prev: zeros, tips }, key);
};

async function save(name: string, heads: readonly string[], key: SigningKey): Promise<void> {
  const facts = { exportId, service: 'incident', incidentId: exportId, openedAt, exportedAt, exportedBy: 'user:aud' };
  const chains = Array.from({ length: chainCount }, (_, chain) => ({ name: chainMember(chain), lines: [] }));
  const members = [{ name: headsMember, lines: heads }, ...chains];
  await pipeline(auditArchive({ ...facts, head: 1 }, members, key), createWriteStream(file(name)));
}

const verify = (archive: string, keys: string, ...more: string[]): Promise<number> =>
  main(['verify-audit', file(archive), '--keys', file(keys), ...more]);

describe('npx tocsin verify-audit', () => {
  it.each(['jwks.json', 'by-service.json'])(
    'R-03 exits with 0 and says what it verified, with keys as %s',
    async (keys) => {
      expect(await verify('good.zip', keys)).toBe(0);
      expect(shown).toMatch(
        /^VERIFIED: incident 0b6f2f0e.* by user:aud\n0 rows .* sealed heads: 1\nNo heads from outside/,
      );
    },
  );

  it('S-40 takes heads that were kept outside', async () => {
    expect(await verify('good.zip', 'jwks.json', '--heads', file('heads.jws'))).toBe(0);
    expect(shown).not.toContain('No heads from outside');
  });

  it('R-03 exits with 1 and says what is wrong', async () => {
    expect(await verify('headless.zip', 'jwks.json')).toBe(1);
    expect(shown).toMatch(/^HEAD_MISSING: /);
  });

  it('R-03 exits with 1 if the archive is broken', async () => {
    expect(await verify('broken.zip', 'jwks.json')).toBe(1);
    expect(shown).toMatch(/^MANIFEST: /);
  });

  it.each([
    ['There is no file', ['no.zip', 'jwks.json']],
    ['no JSON Web Key Set', ['good.zip', 'no-keys.json']],
    ['none of the service incident', ['good.zip', 'others.json']],
    ['There is no file', ['good.zip', 'jwks.json', '--heads', 'no.jws']],
    ['Unknown option', ['good.zip', 'jwks.json', '--key', 'x']],
    ['one archive', ['good.zip', 'jwks.json', 'second.zip']],
  ] as const)('exits with 2 when it is called wrongly: %s', async (explanation, [archive, keys, ...more]) => {
    expect(await verify(archive, keys, ...more)).toBe(2);
    expect(shown).toContain(explanation);
    expect(shown).toContain('Usage: npx tocsin verify-audit');
  });
});

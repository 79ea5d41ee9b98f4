import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Issuers, tokenVerifier } from '@tocsin/access';
import { demoTenants } from './demo-tenants.ts';
import { environmentFor, loadKeys } from './keys.ts';
import { pathsOf } from './paths.ts';
import { mintTokens, writeTokens } from './tokens.ts';

let state: string;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'tocsin-keys-'));
});
afterEach(() => rm(state, { recursive: true }));

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe('the keys of an installation', () => {
  it('are made once and kept for their owner only', async () => {
    const keys = await loadKeys(state);
    expect(await loadKeys(state)).toEqual(keys);
    expect(await modeOf(pathsOf(state).keys)).toBe(0o600);
  });

  it('differ from those of any other', async () => {
    const [one, other] = [await loadKeys(state), await loadKeys(join(state, 'other'))];
    expect(one.issuer.d).not.toBe(other.issuer.d);
    expect(one.passwords.incident).not.toBe(other.passwords.incident);
    expect(one.passwords.incident).not.toBe(one.passwords.detection);
  });

  it('are reported when the file is damaged, not made anew', async () => {
    await loadKeys(state);
    await writeFile(pathsOf(state).keys, '{}');
    await expect(loadKeys(state)).rejects.toThrow(/is damaged.*--fresh/);
  });

  it('go as private keys to their one owner only', async () => {
    const keys = await loadKeys(state);
    const environment = environmentFor(keys);
    const owners = (secret: string | undefined): string[] =>
      Object.entries(environment)
        .filter(([, settings]) => JSON.stringify(settings).includes(secret ?? 'no key'))
        .map(([name]) => name);
    expect(owners(keys.context.d)).toEqual(['gateway']);
    expect(owners(keys.events.incident.d)).toEqual(['incident']);
    expect(owners(keys.issuer.d)).toEqual([]);
  });
});

describe('demo tokens', () => {
  it('S-18 are accepted by the demo issuer of the same installation only', async () => {
    const keys = await loadKeys(state);
    const verify = tokenVerifier(Issuers.parse(environmentFor(keys).gateway['TOCSIN_ISSUERS']));
    const tokens = await mintTokens(keys, demoTenants);
    const { principal, expiresAt } = await verify(tokens['RESPONDER'] ?? '');
    expect(principal).toEqual({ id: 'user:rea', kind: 'user', roles: ['RESPONDER'], scopes: [] });
    expect(expiresAt.getTime() - Date.now()).toBeLessThanOrEqual(12 * 3_600_000);
    const foreign = await mintTokens(await loadKeys(join(state, 'other')), demoTenants);
    await expect(verify(foreign['RESPONDER'] ?? '')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('exist per role, and for customers per tenant, whose id they carry', async () => {
    const keys = await loadKeys(state);
    const verify = tokenVerifier(Issuers.parse(environmentFor(keys).gateway['TOCSIN_ISSUERS']));
    const tokens = await mintTokens(keys, demoTenants);
    expect(Object.keys(tokens)).toHaveLength(11 + 2 * demoTenants.length);
    const admin = await verify(tokens['CUSTOMER_ADMIN@dunmere'] ?? '');
    expect(admin.principal).toMatchObject({ id: 'user:admin@dunmere', tenantId: demoTenants[3].id });
    expect((await verify(tokens['PARTNER'] ?? '')).principal.scopes).toEqual(['read:provider-feed']);
  });

  it('are kept for their owner only', async () => {
    await writeTokens(state, { RESPONDER: 'x' });
    expect(await modeOf(pathsOf(state).tokens)).toBe(0o600);
    expect(JSON.parse(await readFile(pathsOf(state).tokens, 'utf8'))).toEqual({ RESPONDER: 'x' });
  });
});

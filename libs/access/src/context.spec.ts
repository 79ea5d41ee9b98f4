import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SignJWT } from 'jose';
import {
  bodyHash,
  contextVerifier,
  importSigningKey,
  PublicJwks,
  signContext,
  type Principal,
  type SigningKey,
} from './index.ts';

const principal: Principal = {
  id: 'user:admin@contoso',
  kind: 'user',
  roles: ['CUSTOMER_ADMIN'],
  scopes: ['read:advisory'],
  tenantId: '0b6f2f0e-3c57-4c5e-9d0f-5f3f3a2f7c11',
};
const target = { audience: 'incident', body: '{"query":"{a}"}' };

async function makeKey(kid: string): Promise<{ key: SigningKey; jwks: PublicJwks }> {
  const pair = generateKeyPairSync('ed25519');
  const key = await importSigningKey({ ...pair.privateKey.export({ format: 'jwk' }), kid } as never);
  return { key, jwks: PublicJwks.parse({ keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid }] }) };
}

let gateway: Awaited<ReturnType<typeof makeKey>>;
let stranger: Awaited<ReturnType<typeof makeKey>>;
beforeAll(async () => {
  gateway = await makeKey('context');
  stranger = await makeKey('context');
});

const refused = { code: 'UNAUTHENTICATED' };
const verifier = (audience = 'incident'): ReturnType<typeof contextVerifier> => contextVerifier(audience, gateway.jwks);

interface Forged {
  readonly typ?: string;
  readonly iss?: string;
  readonly claims?: Record<string, unknown>;
}
const claims = { ...principal, tid: principal.tenantId, bh: bodyHash(target.body) };

/** Right but for what the caller changes: signed with the gateway's own key. */
const forge = ({
  typ = 'tocsin-ctx+jwt',
  iss = 'tocsin-gateway',
  claims: changed = {},
}: Forged = {}): Promise<string> =>
  new SignJWT({ ...claims, sub: principal.id, jti: 'one', ...changed })
    .setProtectedHeader({ alg: 'EdDSA', typ, kid: 'context' })
    .setIssuer(iss)
    .setAudience('incident')
    .setIssuedAt()
    .setExpirationTime('30s')
    .sign(gateway.key.key);

describe('the signed context', () => {
  it('S-19 carries the principal with his tenant, and the hash of the body', async () => {
    const claimed = await verifier()(await signContext(principal, target, gateway.key));
    expect(claimed).toEqual({ principal, bodyHash: bodyHash(target.body) });
    expect(claimed.bodyHash).not.toBe(bodyHash('{"query":"{b}"}'));
  });

  it('leaves the tenant out for somebody who has none', async () => {
    const staff: Principal = { id: 'user:rea', kind: 'user', roles: ['RESPONDER'], scopes: [] };
    const claimed = await verifier()(await signContext(staff, target, gateway.key));
    expect(claimed.principal).toEqual(staff);
    expect('tenantId' in claimed.principal).toBe(false);
  });

  it('S-19 hashes the bytes that are sent: SHA-256, base64url', () => {
    expect(bodyHash('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
    expect(bodyHash('é')).toBe(bodyHash(new Uint8Array([0xc3, 0xa9])));
  });

  it('S-20 is refused by another subgraph', async () => {
    await expect(verifier('classification')(await signContext(principal, target, gateway.key))).rejects.toMatchObject(
      refused,
    );
  });

  it('S-20 is refused the second time, and a fresh one is not', async () => {
    const verify = verifier();
    const token = await signContext(principal, target, gateway.key);
    await verify(token);
    await expect(verify(token)).rejects.toMatchObject(refused);
    await expect(verify(await signContext(principal, target, gateway.key))).resolves.toMatchObject({ principal });
  });

  it('S-20 is refused after its 30 s and the tolerance, with the replay still remembered until then', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'], now: new Date('2026-11-22T10:00:00Z') });
    try {
      const verify = verifier();
      const [used, unused] = await Promise.all([1, 2].map(() => signContext(principal, target, gateway.key)));
      await verify(used);
      jest.setSystemTime(new Date('2026-11-22T10:00:34Z'));
      await verify(await signContext(principal, target, gateway.key));
      await expect(verify(used)).rejects.toMatchObject(refused);
      jest.setSystemTime(new Date('2026-11-22T10:00:36Z'));
      await expect(verify(unused)).rejects.toMatchObject(refused);
    } finally {
      jest.useRealTimers();
    }
  });

  it('S-20 is refused when signed with a key that only has the right name', async () => {
    await expect(verifier()(await signContext(principal, target, stranger.key))).rejects.toMatchObject(refused);
  });

  it.each(['', 'a.b.c', 'Bearer x', undefined])('S-20 is refused when it is no token: %p', async (token) => {
    await expect(verifier()(token)).rejects.toMatchObject(refused);
  });

  it('the forger of these tests makes a valid one when nothing is changed', async () => {
    await expect(verifier()(await forge())).resolves.toMatchObject({ principal });
  });

  it.each<[string, Forged]>([
    ["an access token's type", { typ: 'at+jwt' }],
    ['another issuer', { iss: 'tocsin-demo' }],
    ['no body hash', { claims: { bh: undefined } }],
    ['no jti', { claims: { jti: undefined } }],
    ['an empty jti', { claims: { jti: '' } }],
    ['an empty principal', { claims: { sub: '' } }],
    ['an unknown role', { claims: { roles: ['SYSTEM'] } }],
    ['no roles at all', { claims: { roles: undefined } }],
    ['a tenant that is no UUID', { claims: { tid: 'contoso' } }],
  ])('S-20 is refused with %s', async (_, forged) => {
    await expect(verifier()(await forge(forged))).rejects.toMatchObject(refused);
  });
});

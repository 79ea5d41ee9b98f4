import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { tokenVerifier, type Issuer } from './index.ts';

interface Pair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}
const own: Pair = generateKeyPairSync('ed25519');
const foreign: Pair = generateKeyPairSync('ed25519');
const second: Pair = generateKeyPairSync('ed25519');
const jwkOf = ({ publicKey }: Pair, kid: string): { kty: string; kid: string } =>
  ({ ...publicKey.export({ format: 'jwk' }), kid }) as never;

const issuer = (name: string, pair: Pair, kid: string): Issuer => ({
  issuer: name,
  algorithms: ['EdDSA'],
  jwks: { keys: [jwkOf(pair, kid)] },
  maxTokenAgeSeconds: 900,
  demo: false,
});
const verify = tokenVerifier([
  issuer('https://login.example', own, 'key-1'),
  issuer('https://partners.example', second, 'key-2'),
]);

const now = Math.floor(Date.now() / 1000);
const tenantId = '0b6f2f0e-3c57-4c5e-9d0f-5f3f3a2f7c11';
const good = {
  iss: 'https://login.example',
  aud: 'tocsin-api',
  sub: 'user:admin@contoso',
  jti: 'token-1',
  iat: now,
  exp: now + 600,
  roles: ['CUSTOMER_ADMIN'],
  scopes: ['read:advisory'],
  tid: tenantId,
};

interface Change {
  readonly claims?: Record<string, unknown>;
  readonly header?: Record<string, unknown>;
  readonly key?: Pair;
}

/** A good token but for the changes; properly signed. */
const sign = ({ claims = {}, header = {}, key = own }: Change = {}): Promise<string> =>
  new SignJWT({ ...good, ...claims })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'key-1', ...header })
    .sign(key.privateKey);

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const refuses = async (token: string): Promise<void> => {
  await expect(verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
};

describe('a good access token', () => {
  it('proves the principal and says until when', async () => {
    await expect(verify(await sign())).resolves.toEqual({
      principal: {
        id: 'user:admin@contoso',
        kind: 'user',
        roles: ['CUSTOMER_ADMIN'],
        scopes: ['read:advisory'],
        tenantId,
      },
      expiresAt: new Date((now + 600) * 1000),
    });
  });

  it('needs neither scopes nor a tenant', async () => {
    const { principal } = await verify(await sign({ claims: { scopes: undefined, tid: undefined } }));
    expect(principal).toEqual({ id: good.sub, kind: 'user', roles: good.roles, scopes: [] });
  });

  it("is verified by its own issuer's keys", async () => {
    const token = await sign({
      key: second,
      header: { kid: 'key-2' },
      claims: { iss: 'https://partners.example', roles: ['PARTNER'] },
    });
    await expect(verify(token)).resolves.toMatchObject({ principal: { roles: ['PARTNER'] } });
  });
});

describe('S-15 the token picks neither key nor algorithm', () => {
  it('refuses "none"', async () => {
    await refuses(`${encode({ alg: 'none', typ: 'at+jwt', kid: 'key-1' })}.${encode(good)}.`);
  });

  it('refuses HS256, also when the secret is the public key', async () => {
    const secrets = [
      Buffer.from('secret'),
      own.publicKey.export({ format: 'pem', type: 'spki' }),
      Buffer.from(String(own.publicKey.export({ format: 'jwk' }).x), 'base64url'),
    ];
    for (const secret of secrets) {
      const signed = `${encode({ alg: 'HS256', typ: 'at+jwt', kid: 'key-1' })}.${encode(good)}`;
      await refuses(`${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`);
    }
  });

  it('refuses an algorithm that its issuer does not use', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const verifyBoth = tokenVerifier([
      {
        ...issuer('https://login.example', own, 'key-1'),
        jwks: { keys: [jwkOf(own, 'key-1'), jwkOf(rsa, 'key-rsa')] },
      },
    ]);
    const token = await sign({ key: rsa, header: { alg: 'RS256', kid: 'key-rsa' } });
    await expect(verifyBoth(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('refuses a foreign key that calls itself as ours', async () => refuses(await sign({ key: foreign })));

  it('refuses a kid that the issuer does not publish', async () => {
    await refuses(await sign({ header: { kid: 'key-9' } }));
    await refuses(await sign({ key: second, header: { kid: 'key-2' } }));
  });

  it('ignores the keys that the token brings along', async () => {
    const jwk = foreign.publicKey.export({ format: 'jwk' });
    await refuses(await sign({ key: foreign, header: { jwk } }));
    await refuses(await sign({ key: foreign, header: { jwk, kid: 'key-9' } }));
    await refuses(
      await sign({ key: foreign, header: { jku: 'https://evil.example/keys', x5u: 'https://evil.example' } }),
    );
  });
});

describe('S-15 everything in it is checked', () => {
  it.each<[string, Change]>([
    ['another audience', { claims: { aud: 'other-api' } }],
    ['no audience', { claims: { aud: undefined } }],
    ['an unknown issuer', { claims: { iss: 'https://evil.example' } }],
    ["another known issuer than the key's", { claims: { iss: 'https://partners.example' } }],
    ['no issuer', { claims: { iss: undefined } }],
    ["an ID token's type", { header: { typ: 'JWT' } }],
    ["the signed context's type", { header: { typ: 'tocsin-ctx+jwt' } }],
    ['no type', { header: { typ: undefined } }],
    ['an expiry that has passed', { claims: { iat: now - 600, exp: now - 6 } }],
    ['no expiry', { claims: { exp: undefined } }],
    ['an age above the maximum', { claims: { iat: now - 906, exp: now + 600 } }],
    ['an issue in the future', { claims: { iat: now + 60 } }],
    ['no time of issue', { claims: { iat: undefined } }],
    ['a start that is still to come', { claims: { nbf: now + 60 } }],
    ['no jti', { claims: { jti: undefined } }],
    ['an empty jti', { claims: { jti: '' } }],
    ['no sub', { claims: { sub: undefined } }],
    ['an empty sub', { claims: { sub: '' } }],
    ['a sub that is a number', { claims: { sub: 5 } }],
    ['a sub that is null', { claims: { sub: null } }],
  ])('refuses %s', async (_, change) => refuses(await sign(change)));

  it.each<[string, Record<string, unknown>]>([
    ['an unknown role', { roles: ['SYSTEM'] }],
    ['an unknown role beside a known one', { roles: ['CUSTOMER_ADMIN', 'ROOT'] }],
    ['no roles', { roles: undefined }],
    ['empty roles', { roles: [] }],
    ['a role that is not in a list', { roles: 'CUSTOMER_ADMIN' }],
    ['a malformed tenant', { tid: 'contoso' }],
    ['an empty tenant', { tid: '' }],
    ['a tenant that is null', { tid: null }],
    ['scopes that are one string', { scopes: 'read:advisory' }],
  ])('S-2 refuses %s', async (_, claims) => refuses(await sign({ claims })));

  it.each([
    '',
    'x',
    '..',
    'a.b.c',
    `${'ä'.repeat(10)}.e30.x`,
    `x.${encode([])}.x`,
    `x.${encode({ iss: {} })}.x`,
    'x.bnVsbA.x',
  ])('refuses what is no token: %p', (token) => refuses(token));
});

import { describe, expect, it } from '@jest/globals';
import { Issuers } from './index.ts';

describe('TOCSIN_ISSUERS', () => {
  const entry = { issuer: 'https://login.example', algorithms: ['EdDSA'] };
  const jwksUrl = 'https://login.example/keys';

  it('reads a list; a token may be 15 min old unless it says otherwise', () => {
    expect(Issuers.parse(JSON.stringify([{ ...entry, jwksUrl }]))).toMatchObject([
      { maxTokenAgeSeconds: 900, demo: false },
    ]);
  });

  it.each<[string, string]>([
    ['no JSON', '['],
    ['no issuer', '[]'],
    ['HMAC', JSON.stringify([{ ...entry, algorithms: ['HS256'], jwksUrl }])],
    ['keys over http', JSON.stringify([{ ...entry, jwksUrl: 'http://login.example/keys' }])],
    ['neither keys nor their address', JSON.stringify([entry])],
    ['both', JSON.stringify([{ ...entry, jwksUrl, jwks: { keys: [{ kty: 'OKP', kid: 'key-1' }] } }])],
    ['a setting that is misspelt', JSON.stringify([{ ...entry, jwksUrl, maxAge: 5 }])],
    ['tokens above 12 h', JSON.stringify([{ ...entry, jwksUrl, maxTokenAgeSeconds: 43_201 }])],
  ])('refuses %s', (_, text) => {
    expect(Issuers.safeParse(text).success).toBe(false);
  });
});

import { beforeAll, describe, expect, it } from '@jest/globals';
import { testKeys } from '@tocsin/testkit';
import { readConfig } from './config.ts';

let good: Record<string, string>;

beforeAll(async () => {
  const keys = await testKeys();
  const url = 'http://127.0.0.1:4001';
  const issuer = { issuer: 'demo', algorithms: ['EdDSA'], jwks: keys.issuer.publicJwks, demo: true };
  good = {
    PORT: '4000',
    KAFKA_BROKERS: '127.0.0.1:4092',
    TOCSIN_SUBGRAPHS: JSON.stringify({ detection: url, incident: url, classification: url, notification: url }),
    TOCSIN_CONTEXT_PRIVATE_JWK: JSON.stringify(keys.context.privateJwk),
    TOCSIN_EVENT_JWKS: JSON.stringify(keys.eventJwks),
    TOCSIN_ISSUERS: JSON.stringify([issuer]),
    TOCSIN_DEMO: '1',
  };
});

describe('the settings', () => {
  it('S-18 allow the demo issuer on loopback when the demo is on', () => {
    expect(readConfig(good).TOCSIN_ISSUERS[0]?.demo).toBe(true);
  });

  it.each([
    ['without TOCSIN_DEMO', { TOCSIN_DEMO: '0' }],
    ['in production', { NODE_ENV: 'production' }],
    ['on every interface', { TOCSIN_HOST: '0.0.0.0' }],
    ['on a name that only looks like loopback', { TOCSIN_HOST: '127.0.0.1.example' }],
  ])('S-18 refuse the demo issuer %s', (_where, change) => {
    expect(() => readConfig({ ...good, ...change })).toThrow('demo issuer');
  });

  it('say every problem at once', () => {
    expect(() => readConfig({})).toThrow(/PORT[^]*KAFKA_BROKERS[^]*TOCSIN_ISSUERS/);
  });
});

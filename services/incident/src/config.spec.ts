import { describe, expect, it } from '@jest/globals';
import { createSafeRequest } from '@tocsin/runtime';
import { planToolOf } from './config.ts';

const { check } = createSafeRequest({ deny: [], allow: [] });
const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const url = 'https://plan.example/hooks';
const toolOf = (TOCSIN_PLAN_WEBHOOK_URL?: string, TOCSIN_PLAN_WEBHOOK_SECRET?: string) =>
  planToolOf({ TOCSIN_PLAN_WEBHOOK_URL, TOCSIN_PLAN_WEBHOOK_SECRET }, check);

describe('R-20 the plan’s tool', () => {
  it('is configured by an address and a secret, or not at all', () => {
    expect(toolOf(url, secret)).toEqual({ url, secret });
    expect(toolOf()).toBeNull();
    expect(toolOf('', '')).toBeNull();
  });

  it.each([
    ['a secret is missing', url, undefined],
    ['the secret is short', url, 'whsec_c2hvcnQ='],
    ['the address is missing', undefined, secret],
    ['S-37 it is http', 'http://plan.example/', secret],
    ['S-36 it is inside', 'https://10.0.0.1/', secret],
  ])('is refused at the start if %s', (_, address, key) => {
    expect(() => toolOf(address, key)).toThrow(/TOCSIN_PLAN_WEBHOOK/);
  });
});

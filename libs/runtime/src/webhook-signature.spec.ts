import { describe, expect, it } from '@jest/globals';
import { isSignedBy, isWebhookSecret, signWebhook } from './index.ts';

/* The vectors and refusals of `eventing.md` section 8. */

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const timestamp = 1_614_265_330;
const body = '{"test": 2432232314}';
const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const headers = {
  'webhook-id': id,
  'webhook-timestamp': String(timestamp),
  'webhook-signature': signature,
};

describe('a webhook is signed as Standard Webhooks 1.0.0 says', () => {
  it.each([
    ['1', body, signature],
    ['2', '{"title":"Datenpanne – größer 5 €"}', 'v1,kHKzUhual90mlwSeVXaFZe+OTCbxW0LZIYg37k3/Rhk='],
    ['3', '', 'v1,v48jdbgvh29KJz2Qc+ghw8G6vG3nAKnujWBg8oM/62A='],
  ])('vector %s', (_, text, expected) => {
    const signed = signWebhook(secret, { id, timestamp, body: text });
    expect(signed).toEqual({ ...headers, 'webhook-signature': expected });
    expect(isSignedBy(secret, signed, text, timestamp)).toBe(true);
  });
});

describe('a receiver refuses', () => {
  const refuses = (patch: Record<string, string | undefined>, at = timestamp): boolean =>
    !isSignedBy(secret, { ...headers, ...patch }, body, at);

  it.each(Object.keys(headers))('a missing %s', (name) => {
    expect(refuses({ [name]: undefined })).toBe(true);
  });
  it.each([
    ['a timestamp that is no number', { 'webhook-timestamp': 'hello' }],
    ['an empty signature', { 'webhook-signature': 'v1,' }],
    ['a signature without a value', { 'webhook-signature': 'v1' }],
    ['a truncated signature', { 'webhook-signature': signature.slice(0, -8) }],
    ['another signature', { 'webhook-signature': 'v1,kHKzUhual90mlwSeVXaFZe+OTCbxW0LZIYg37k3/Rhk=' }],
    ['a signature of another version', { 'webhook-signature': signature.replace('v1', 'v2') }],
    ['another id', { 'webhook-id': 'msg_other' }],
    ['another time', { 'webhook-timestamp': String(timestamp + 1) }],
  ])('%s', (_, patch) => {
    expect(refuses(patch)).toBe(true);
  });
  it.each([-301, 301])('a message that is %d s away from its clock', (distance) => {
    expect(refuses({}, timestamp + distance)).toBe(true);
    expect(refuses({}, timestamp + Math.sign(distance) * 300)).toBe(false);
  });
  it('a changed body', () => {
    expect(isSignedBy(secret, headers, `${body} `, timestamp)).toBe(false);
  });
  it.each(['', 'whsec_'])('everything, with the secret "%s"', (empty) => {
    const forged = signWebhook(empty, { id, timestamp, body });
    expect(isSignedBy(empty, forged, body, timestamp)).toBe(false);
  });
});

describe('a receiver accepts', () => {
  it('a good signature beside one of another version', () => {
    const both = { ...headers, 'webhook-signature': `v2,AAAA ${signature}` };
    expect(isSignedBy(secret, both, body, timestamp)).toBe(true);
  });
  it('a secret without its prefix', () => {
    expect(isSignedBy(secret.slice('whsec_'.length), headers, body, timestamp)).toBe(true);
  });
});

it('a secret to sign with is whsec_ and base64 of 24 to 64 bytes', () => {
  const of = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;
  expect([secret, of(24), of(64)].filter((text) => !isWebhookSecret(text))).toEqual([]);
  const bad = ['', 'whsec_', of(23), of(65), secret.slice(6), `${secret}!`, `whsk_${secret.slice(6)}`];
  expect(bad.filter(isWebhookSecret)).toEqual([]);
});

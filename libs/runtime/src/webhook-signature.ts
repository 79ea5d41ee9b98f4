import { createHmac, timingSafeEqual } from 'node:crypto';

/* Standard Webhooks 1.0.0, the signature `v1`: HMAC-SHA256 over `id.timestamp.body` (`eventing.md` section 8). */

/** What is signed: the body byte for byte, and the instant of this attempt. */
export interface WebhookMessage {
  /** The same for every attempt, so that the receiver can tell a repeat. */
  readonly id: string;
  /** Unix time of this attempt, seconds. */
  readonly timestamp: number;
  readonly body: string;
}

const prefix = 'whsec_';
const tolerance = 300;

/** Whether the text is a secret to sign with: `whsec_` and base64 of 24 to 64 bytes. */
export function isWebhookSecret(secret: string): boolean {
  const key = keyOf(secret);
  return (
    secret.startsWith(prefix) && key.length >= 24 && key.length <= 64 && `${prefix}${key.toString('base64')}` === secret
  );
}

/** The headers that let the receiver know who sent it, and that nobody changed it. */
export function signWebhook(secret: string, message: WebhookMessage): Record<string, string> {
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(message.timestamp),
    'webhook-signature': `v1,${digestOf(secret, message).toString('base64')}`,
  };
}

/**
 * The receiver's side: whether one of the signatures is by the secret, and not older or newer than 300 s.
 *
 * @param now Unix time, seconds.
 */
export function isSignedBy(
  secret: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string,
  now: number,
): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signatures } = headers;
  if (typeof id !== 'string' || typeof at !== 'string' || typeof signatures !== 'string') return false;
  const timestamp = Number(at);
  if (keyOf(secret).length === 0 || !/^\d+$/.test(at) || Math.abs(now - timestamp) > tolerance) return false;
  const expected = digestOf(secret, { id, timestamp, body });
  return signatures.split(' ').some((entry) => {
    const [version, signature = ''] = entry.split(',');
    const given = Buffer.from(signature, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

const keyOf = (secret: string): Buffer =>
  Buffer.from(secret.startsWith(prefix) ? secret.slice(prefix.length) : secret, 'base64');

const digestOf = (secret: string, { id, timestamp, body }: WebhookMessage): Buffer =>
  createHmac('sha256', keyOf(secret))
    .update(`${id}.${String(timestamp)}.${body}`)
    .digest();

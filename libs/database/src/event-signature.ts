import { createHash, webcrypto } from 'node:crypto';
import type { SigningKey } from '@tocsin/access';

/** The CloudEvents attributes that the signature covers. */
export interface SignedFacts {
  readonly id: string;
  /** `/tocsin/<service>` */
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  /** RFC 3339, UTC, milliseconds: `Date.toISOString()`. */
  readonly time: string;
}

/** The bytes that are signed and verified (S-50): the facts and the value's SHA-256 in hex, one a line. */
export function signedBytes(facts: SignedFacts, value: string | Uint8Array): Uint8Array<ArrayBuffer> {
  const digest = createHash('sha256').update(value).digest('hex');
  const { id, source, type, subject, time } = facts;
  return new TextEncoder().encode([id, source, type, subject, time, digest].join('\n'));
}

/** The header `tocsin-sig`: `<kid>.<base64url Ed25519 signature>`. */
export async function signEvent(
  facts: SignedFacts,
  value: string | Uint8Array,
  { kid, key }: SigningKey,
): Promise<string> {
  const signature = await webcrypto.subtle.sign('Ed25519', key, signedBytes(facts, value));
  return `${kid}.${Buffer.from(signature).toString('base64url')}`;
}

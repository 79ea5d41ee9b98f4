import { createPublicKey, verify, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { PublicJwks } from '@tocsin/access';
import { serviceNames, type ServiceName } from '@tocsin/contracts';
import { signedBytes, type SignedFacts } from '@tocsin/database';

/** The public keys of each service's events: only a topic's owner may speak in it (S-50). */
export type EventKeys = Readonly<Partial<Record<ServiceName, PublicJwks>>>;

/** Whether `tocsin-sig` (`<kid>.<base64url>`) is the owner's Ed25519 signature over these facts and bytes. */
export type SignatureCheck = (owner: ServiceName, facts: SignedFacts, value: Buffer, signature: string) => boolean;

export function createSignatureCheck(eventKeys: EventKeys): SignatureCheck {
  const keys = new Map<string, KeyObject>();
  for (const owner of serviceNames)
    for (const jwk of eventKeys[owner]?.keys ?? [])
      keys.set(`${owner} ${jwk.kid}`, createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }));
  return (owner, facts, value, signature) => {
    const dot = signature.lastIndexOf('.');
    const key = keys.get(`${owner} ${signature.slice(0, dot)}`);
    if (dot < 1 || key === undefined) return false;
    return verify(null, signedBytes(facts, value), key, Buffer.from(signature.slice(dot + 1), 'base64url'));
  };
}

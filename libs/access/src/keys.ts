import { createLocalJWKSet, importJWK, type CryptoKey } from 'jose';
import { z } from 'zod';

/** A public key as it is published: Ed25519, with the id by which tokens name it. */
export const PublicJwk = z.looseObject({ kty: z.string(), kid: z.string().min(1) });
export const PublicJwks = z.object({ keys: z.array(PublicJwk).min(1) });
export type PublicJwks = z.infer<typeof PublicJwks>;

/** A private Ed25519 key; read from the environment, never logged. */
export const PrivateJwk = z.looseObject({ kty: z.literal('OKP'), kid: z.string().min(1), d: z.string().min(1) });
export type PrivateJwk = z.infer<typeof PrivateJwk>;

/** A signing key ready for use. */
export interface SigningKey {
  readonly kid: string;
  readonly key: CryptoKey;
}

export async function importSigningKey(jwk: PrivateJwk): Promise<SigningKey> {
  const key = await importJWK(jwk as never, 'EdDSA');
  if (!('type' in key)) throw new Error('A symmetric key cannot sign here.');
  return { kid: jwk.kid, key };
}

/** The public half of a private key, as it is published. */
export function publicJwks(key: PrivateJwk): PublicJwks {
  const { d: _, ...publicPart } = key;
  return PublicJwks.parse({ keys: [publicPart] });
}

/** Finds a public key by the token's `kid`, in this set only (S-15). */
export const keySet = (jwks: PublicJwks): ReturnType<typeof createLocalJWKSet> => createLocalJWKSet(jwks);

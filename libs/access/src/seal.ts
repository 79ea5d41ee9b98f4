import { CompactSign, compactVerify } from 'jose';
import { keySet, type PublicJwks, type SigningKey } from './keys.ts';

/** Signs claims for whoever may read them, years later and elsewhere: a JWS (EdDSA) without audience or end. */
export const signSeal = (typ: string, claims: object, { kid, key }: SigningKey): Promise<string> =>
  new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'EdDSA', typ, kid })
    .sign(key);

/**
 * The claims of such a JWS, for the reader to check further.
 *
 * @throws Error if it is of another type, or not signed by one of these keys.
 */
export async function openSeal(typ: string, text: string, jwks: PublicJwks): Promise<unknown> {
  const { payload, protectedHeader } = await compactVerify(text, keySet(jwks), { algorithms: ['EdDSA'] });
  if (protectedHeader.typ !== typ) throw new Error(`This is ${protectedHeader.typ ?? 'of no type'}, not ${typ}.`);
  return JSON.parse(new TextDecoder().decode(payload)) as unknown;
}

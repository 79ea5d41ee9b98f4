import { createHash, randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { Unauthenticated } from '@tocsin/errors';
import { keySet, type PublicJwks, type SigningKey } from './keys.ts';
import { Principal } from './principal.ts';

/** The request header by which the gateway tells a subgraph who is asking. */
export const contextHeader = 'x-tocsin-context';

const typ = 'tocsin-ctx+jwt';
const issuer = 'tocsin-gateway';
const lifetimeSeconds = 30;

const Claims = Principal.pick({ kind: true, roles: true, scopes: true }).extend({
  sub: Principal.shape.id,
  tid: Principal.shape.tenantId,
  bh: z.string().length(43),
  jti: z.string().min(1),
  exp: z.number(),
});

/** base64url SHA-256 of the body, over the bytes that are sent (S-19). */
export const bodyHash = (body: string | Uint8Array): string => createHash('sha256').update(body).digest('base64url');

/** Signs who is asking and for what body, for one subgraph and 30 s. */
export function signContext(
  principal: Principal,
  target: { readonly audience: string; readonly body: string | Uint8Array },
  key: SigningKey,
): Promise<string> {
  const { id, kind, roles, scopes, tenantId } = principal;
  return new SignJWT({
    kind,
    roles,
    scopes,
    ...(tenantId !== undefined && { tid: tenantId }),
    bh: bodyHash(target.body),
  })
    .setProtectedHeader({ alg: 'EdDSA', typ, kid: key.kid })
    .setIssuer(issuer)
    .setAudience(target.audience)
    .setSubject(id)
    .setIssuedAt()
    .setExpirationTime(`${lifetimeSeconds}s`)
    .setJti(randomUUID())
    .sign(key.key);
}

/** What the headers prove before the body is read. */
export interface ClaimedContext {
  readonly principal: Principal;
  readonly bodyHash: string;
}

/**
 * Makes the check of one subgraph: signature, audience, time and single use, from the header alone (S-20).
 * The caller then reads the body and compares its hash.
 */
export function contextVerifier(
  audience: string,
  jwks: PublicJwks,
): (token: string | undefined) => Promise<ClaimedContext> {
  const keys = keySet(jwks);
  const seen = new Map<string, number>();
  return async (token) => {
    if (token === undefined) throw Unauthenticated();
    const claims = await verify(token, audience, keys);
    remember(seen, claims.jti, claims.exp);
    const { sub: id, kind, roles, scopes, tid } = claims;
    return { principal: { id, kind, roles, scopes, ...(tid !== undefined && { tenantId: tid }) }, bodyHash: claims.bh };
  };
}

async function verify(
  token: string,
  audience: string,
  keys: ReturnType<typeof keySet>,
): Promise<z.infer<typeof Claims>> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['EdDSA'],
      issuer,
      audience,
      typ,
      requiredClaims: ['exp', 'iat', 'sub', 'jti'],
      clockTolerance: 5,
      maxTokenAge: lifetimeSeconds,
    });
    return Claims.parse(payload);
  } catch (cause) {
    throw Object.assign(Unauthenticated(), { cause });
  }
}

/** Refuses a context that was used before; forgets it once it has expired anyway. */
function remember(seen: Map<string, number>, jti: string, exp: number): void {
  const now = Date.now() / 1000;
  for (const [old, until] of seen) {
    if (until > now) break;
    seen.delete(old);
  }
  if (seen.has(jti)) throw Unauthenticated();
  seen.set(jti, exp + 5);
}

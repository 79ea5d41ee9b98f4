import { compactVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { Unauthenticated } from '@tocsin/errors';
import { keySet, type PublicJwks, type SigningKey } from './keys.ts';
import { Principal } from './principal.ts';

/** Opens one request of a files port: for whom it was made out, and nothing else. */
export interface Ticket {
  /** Its identity, by which it is used once. */
  readonly id: string;
  /** Whose rights are looked at again when it is used. */
  readonly principal: Principal;
  readonly method: 'GET' | 'PUT';
  /** The path of the request, without host: `/v1/evidence/<id>`. */
  readonly path: string;
  /** To the second. */
  readonly expiresAt: Date;
}

const typ = 'tocsin-ticket+jwt';

const Claims = z.object({
  ...Principal.pick({ kind: true, roles: true, scopes: true }).shape,
  iss: z.string(),
  aud: z.string(),
  sub: Principal.shape.id,
  jti: z.uuid(),
  exp: z.int(),
  method: z.enum(['GET', 'PUT']),
  path: z.string(),
});

/** Signs a ticket of one service's files port (JWS, EdDSA). The same ticket always has the same text. */
export function signTicket(ticket: Ticket, service: string, key: SigningKey): Promise<string> {
  const { id, principal, method, path, expiresAt } = ticket;
  const { kind, roles, scopes } = principal;
  return new SignJWT({ kind, roles, scopes, method, path })
    .setProtectedHeader({ alg: 'EdDSA', typ, kid: key.kid })
    .setIssuer(`tocsin-${service}`)
    .setAudience(`tocsin-${service}-files`)
    .setSubject(principal.id)
    .setJti(id)
    .setExpirationTime(Math.floor(expiresAt.getTime() / 1000))
    .sign(key.key);
}

/**
 * Reads a ticket and checks who signed it. Whether it has expired or was used before is for the caller to ask, in the
 * transaction that uses it up and by the database's clock.
 *
 * Errors: UNAUTHENTICATED for whatever is wrong with it.
 */
export function ticketVerifier(service: string, jwks: PublicJwks): (text: string) => Promise<Ticket> {
  const keys = keySet(jwks);
  return async (text) => {
    try {
      const { payload, protectedHeader } = await compactVerify(text, keys, { algorithms: ['EdDSA'] });
      const claims = Claims.parse(JSON.parse(new TextDecoder().decode(payload)));
      const { jti: id, sub, kind, roles, scopes, method, path, exp } = claims;
      const isOurs = claims.iss === `tocsin-${service}` && claims.aud === `tocsin-${service}-files`;
      if (protectedHeader.typ !== typ || !isOurs) throw new Error('This is another kind of token.');
      return { id, principal: { id: sub, kind, roles, scopes }, method, path, expiresAt: new Date(exp * 1000) };
    } catch (cause) {
      throw Object.assign(Unauthenticated(), { cause });
    }
  };
}

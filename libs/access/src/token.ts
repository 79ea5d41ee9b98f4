import { createRemoteJWKSet, jwtVerify, type JWTPayload } from 'jose';
import { z } from 'zod';
import { Unauthenticated } from '@tocsin/errors';
import { keySet, PublicJwks } from './keys.ts';
import { Principal, Role } from './principal.ts';

/** One closed entry per issuer (`security.md` section 3); the token picks nothing but a `kid` in it. */
export const Issuer = z
  .strictObject({
    issuer: z.string().min(1),
    algorithms: z.array(z.enum(['RS256', 'ES256', 'EdDSA'])).min(1),
    /** Where the issuer publishes its keys, … */
    jwksUrl: z.url({ protocol: /^https$/ }).optional(),
    /** … or the keys themselves. */
    jwks: PublicJwks.optional(),
    maxTokenAgeSeconds: z.int().positive().max(43_200).default(900),
    /** Made by `npm start` for the demo; refused in production and off loopback (S-18). */
    demo: z.boolean().default(false),
  })
  .refine((entry) => (entry.jwksUrl === undefined) !== (entry.jwks === undefined), 'Give either jwksUrl or jwks.');
export type Issuer = z.infer<typeof Issuer>;

/** Reads the setting TOCSIN_ISSUERS: a JSON array of issuers. */
export const Issuers = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: 'is not JSON' });
      return z.NEVER;
    }
  })
  .pipe(z.array(Issuer).min(1));

/** An empty `sub`, an unknown role or a malformed tenant is refused, not ignored (S-2). */
const Claims = z.object({
  sub: Principal.shape.id,
  jti: z.string().min(1),
  exp: z.number(),
  roles: z.array(Role).min(1),
  scopes: Principal.shape.scopes.default([]),
  tid: Principal.shape.tenantId,
});

/** Who the token proves, and until when. */
export interface Authenticated {
  readonly principal: Principal;
  readonly expiresAt: Date;
}

/** Verifies an access token (`typ: at+jwt`, audience `tocsin-api`); throws UNAUTHENTICATED for whatever is wrong with it. */
export type TokenVerifier = (token: string) => Promise<Authenticated>;

export function tokenVerifier(issuers: readonly Issuer[]): TokenVerifier {
  const verifiers = new Map(issuers.map((entry) => [entry.issuer, verifierOf(entry)]));
  return async (token) => {
    try {
      const verify = verifiers.get(issuerOf(token));
      if (verify === undefined) throw new Error('unknown issuer');
      return toAuthenticated(await verify(token));
    } catch (cause) {
      throw Object.assign(Unauthenticated(), { cause });
    }
  };
}

function verifierOf(entry: Issuer): (token: string) => Promise<JWTPayload> {
  const keys =
    entry.jwks !== undefined
      ? keySet(entry.jwks)
      : createRemoteJWKSet(new URL(entry.jwksUrl ?? ''), {
          cacheMaxAge: 600_000,
          cooldownDuration: 30_000,
          timeoutDuration: 5_000,
        });
  return async (token) => {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: entry.algorithms,
      issuer: entry.issuer,
      audience: 'tocsin-api',
      typ: 'at+jwt',
      requiredClaims: ['exp', 'iat', 'sub', 'jti'],
      clockTolerance: 5,
      maxTokenAge: entry.maxTokenAgeSeconds,
    });
    return payload;
  };
}

/** Reads the issuer without trusting it: it only chooses which closed entry must verify the token. */
function issuerOf(token: string): string {
  const [, payload = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { iss?: unknown };
  return typeof claims.iss === 'string' ? claims.iss : '';
}

function toAuthenticated(payload: JWTPayload): Authenticated {
  const { sub: id, roles, scopes, tid, exp } = Claims.parse(payload);
  return {
    principal: { id, kind: 'user', roles, scopes, ...(tid !== undefined && { tenantId: tid }) },
    expiresAt: new Date(exp * 1000),
  };
}

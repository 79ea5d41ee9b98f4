import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Principal } from '@tocsin/access';
import type { TestKey } from '@tocsin/testkit';

export const issuerName = 'https://issuer.example';

/** What to make different from a good token. */
export interface TokenChange {
  readonly audience?: string;
  /** Seconds from now, may be negative. */
  readonly expiresIn?: number;
  readonly typ?: string;
}

/** An access token of the test's issuer for this principal. */
export function tokenFor(principal: Principal, key: TestKey, change: TokenChange = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  const { id, roles, scopes, tenantId } = principal;
  return new SignJWT({ roles, scopes, ...(tenantId !== undefined && { tid: tenantId }) })
    .setProtectedHeader({ alg: 'EdDSA', typ: change.typ ?? 'at+jwt', kid: key.signingKey.kid })
    .setIssuer(issuerName)
    .setAudience(change.audience ?? 'tocsin-api')
    .setSubject(id)
    .setIssuedAt(now - 60)
    .setExpirationTime(now + (change.expiresIn ?? 600))
    .setJti(randomUUID())
    .sign(key.signingKey.key);
}

import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { importSigningKey, type Role, type SigningKey } from '@tocsin/access';
import { writeDurably } from './durable-file.ts';
import { demoIssuer, demoTokenLifetime, type InstallationKeys } from './keys.ts';
import { pathsOf } from './paths.ts';

/** Who a demo token stands for. */
interface DemoPrincipal {
  readonly id: string;
  readonly role: Role;
  readonly scopes?: readonly string[];
  readonly tenantId?: string;
}

const staff: readonly DemoPrincipal[] = [
  { role: 'RESPONDER', id: 'user:rea' },
  { role: 'SERVICE_ENGINEER', id: 'user:eng' },
  { role: 'INCIDENT_MANAGER', id: 'user:ima' },
  { role: 'EXECUTIVE_INCIDENT_MANAGER', id: 'user:exe' },
  { role: 'LEGAL', id: 'user:leo' },
  { role: 'PRIVACY_OFFICER', id: 'user:pri' },
  { role: 'COMMUNICATIONS', id: 'user:com' },
  { role: 'AUDITOR', id: 'user:aud' },
  { role: 'PLATFORM_ADMIN', id: 'user:pla' },
  { role: 'DETECTOR', id: 'detector:edr' },
  // Without a tenant: the provider's own integration, which sees the whole stream.
  { role: 'PARTNER', id: 'partner:soc', scopes: ['read:provider-feed'] },
];

/**
 * One access token per demo role, and per tenant one for each customer role: `RESPONDER`, `CUSTOMER_ADMIN@aldermoor`.
 * They live for twelve hours and are accepted in demo mode on loopback only (S-18).
 */
export async function mintTokens(
  keys: InstallationKeys,
  tenants: readonly { readonly id: string; readonly slug: string }[],
): Promise<Record<string, string>> {
  const key = await importSigningKey(keys.issuer);
  const customers = tenants.flatMap(({ id, slug }) => [
    [`CUSTOMER_ADMIN@${slug}`, { role: 'CUSTOMER_ADMIN', id: `user:admin@${slug}`, tenantId: id }] as const,
    [`CUSTOMER_READER@${slug}`, { role: 'CUSTOMER_READER', id: `user:reader@${slug}`, tenantId: id }] as const,
  ]);
  const principals = [...staff.map((principal) => [principal.role, principal] as const), ...customers];
  const tokens = principals.map(async ([name, principal]) => [name, await mint(principal, key)] as const);
  return Object.fromEntries(await Promise.all(tokens));
}

function mint({ id, role, scopes = [], tenantId }: DemoPrincipal, { kid, key }: SigningKey): Promise<string> {
  return new SignJWT({ roles: [role], scopes, ...(tenantId !== undefined && { tid: tenantId }) })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid })
    .setIssuer(demoIssuer)
    .setAudience('tocsin-api')
    .setSubject(id)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(`${String(demoTokenLifetime)}s`)
    .sign(key);
}

/** Keeps the tokens where the demo, and a person with curl, finds them; readable by their owner only. */
export const writeTokens = (state: string, tokens: Readonly<Record<string, string>>): Promise<void> =>
  writeDurably(pathsOf(state).tokens, `${JSON.stringify(tokens, null, 2)}\n`, 0o600);

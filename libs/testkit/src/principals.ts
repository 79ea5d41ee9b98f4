import { randomUUID } from 'node:crypto';
import { customerRoles, type Principal, type Role } from '@tocsin/access';

/** The staff of the demo, so that tests read like it. */
const staffIds: Partial<Record<Role, string>> = {
  RESPONDER: 'user:rea',
  SERVICE_ENGINEER: 'user:eng',
  INCIDENT_MANAGER: 'user:ima',
  EXECUTIVE_INCIDENT_MANAGER: 'user:exe',
  LEGAL: 'user:leo',
  PRIVACY_OFFICER: 'user:pri',
  COMMUNICATIONS: 'user:com',
  AUDITOR: 'user:aud',
  PLATFORM_ADMIN: 'user:pla',
  DETECTOR: 'detector:edr',
  PARTNER: 'partner:soc',
};

/**
 * Somebody in a role, or in several. A customer has a tenant of his own unless the overrides name one; the PARTNER is
 * the provider's own integration.
 */
export function aPrincipal(roles: Role | readonly Role[], overrides: Partial<Principal> = {}): Principal {
  const all = typeof roles === 'string' ? [roles] : [...roles];
  const [first] = all;
  const isCustomer = all.some((role) => (customerRoles as readonly Role[]).includes(role));
  return {
    id: (first && staffIds[first]) ?? `user:${(first ?? 'nobody').toLowerCase()}`,
    kind: 'user',
    roles: all,
    scopes: all.includes('PARTNER') ? ['read:provider-feed'] : [],
    ...(isCustomer && { tenantId: randomUUID() }),
    ...overrides,
  };
}

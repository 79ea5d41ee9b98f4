import { z } from 'zod';

/** The roles that a token may name (`security.md` section 2). */
export const Role = z.enum([
  'RESPONDER',
  'SERVICE_ENGINEER',
  'INCIDENT_MANAGER',
  'EXECUTIVE_INCIDENT_MANAGER',
  'LEGAL',
  'PRIVACY_OFFICER',
  'COMMUNICATIONS',
  'AUDITOR',
  'CUSTOMER_ADMIN',
  'CUSTOMER_READER',
  'PARTNER',
  'DETECTOR',
  'PLATFORM_ADMIN',
]);
export type Role = z.infer<typeof Role>;

/** The provider's own people who work on incidents; a role alone opens no incident, membership does. */
export const staffRoles = [
  'RESPONDER',
  'SERVICE_ENGINEER',
  'INCIDENT_MANAGER',
  'EXECUTIVE_INCIDENT_MANAGER',
  'LEGAL',
  'PRIVACY_OFFICER',
  'COMMUNICATIONS',
] as const satisfies readonly Role[];

export const customerRoles = ['CUSTOMER_ADMIN', 'CUSTOMER_READER'] as const satisfies readonly Role[];

/** Somebody, or something, that acts: proven by a token at the gateway, handed on in the signed context. */
export const Principal = z.object({
  /** The token's `sub`; opaque, stable, no personal data. */
  id: z.string().min(1).max(200),
  kind: z.enum(['user', 'service']),
  roles: z.array(Role),
  scopes: z.array(z.string().max(100)),
  /** The tenant of a customer's principal. */
  tenantId: z.uuid().optional(),
});
export type Principal = z.infer<typeof Principal>;

/** The identity under which a service handles events; it has no role and commands nothing. */
export const servicePrincipal = (service: string): Principal => ({
  id: `service:${service}`,
  kind: 'service',
  roles: [],
  scopes: [],
});

export const isStaff = (principal: Principal): boolean =>
  principal.roles.some((role) => (staffRoles as readonly Role[]).includes(role));

export const isCustomer = (principal: Principal): boolean =>
  principal.roles.some((role) => (customerRoles as readonly Role[]).includes(role));

/** The provider's own integration, such as a SOAR: it sees the whole incident stream, read-only. */
export const isProviderPartner = (principal: Principal): boolean =>
  principal.roles.includes('PARTNER') &&
  principal.tenantId === undefined &&
  principal.scopes.includes('read:provider-feed');

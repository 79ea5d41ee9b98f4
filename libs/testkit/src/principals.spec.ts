import { describe, expect, it } from '@jest/globals';
import { contextVerifier, isCustomer, isProviderPartner, isStaff, Principal, Role, signContext } from '@tocsin/access';
import { aPrincipal, testKeys } from './index.ts';

describe('a principal for tests', () => {
  it.each(Role.options)('is valid in the role %s', (role) => {
    expect(Principal.parse(aPrincipal(role))).toMatchObject({ roles: [role] });
  });

  it('is staff, customer of a tenant, or the provider’s partner as its role says', () => {
    expect(isStaff(aPrincipal('LEGAL'))).toBe(true);
    expect(isProviderPartner(aPrincipal('PARTNER'))).toBe(true);
    const customer = aPrincipal('CUSTOMER_READER');
    expect(isCustomer(customer)).toBe(true);
    expect(customer.tenantId).toBeDefined();
  });

  it('takes several roles, and what the test says about it', () => {
    const id = 'user:two';
    expect(aPrincipal(['LEGAL', 'COMMUNICATIONS'], { id })).toMatchObject({ id, roles: ['LEGAL', 'COMMUNICATIONS'] });
  });

  it('is proven by the test’s context key', async () => {
    const { context } = await testKeys();
    const principal = aPrincipal('CUSTOMER_ADMIN');
    const token = await signContext(principal, { audience: 'incident', body: '{}' }, context.signingKey);
    const verify = contextVerifier('incident', context.publicJwks);
    expect(await verify(token)).toMatchObject({ principal });
  });
});

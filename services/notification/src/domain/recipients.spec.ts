import { describe, expect, it } from '@jest/globals';
import { ContactRole, ServiceFamily } from '@tocsin/contracts';
import { resolveRecipients, type Contact, type Subscription } from './recipients.ts';

const tenantId = 'tenant-x';
const aSubscription = (family: ServiceFamily, id = 'sub-1'): Subscription => ({ id, tenantId, family });
const aContact = (roles: readonly ContactRole[], patch: Partial<Contact> = {}): Contact => {
  const id = roles.join('+');
  return { id, version: 1, tenantId, subscriptionId: null, roles, address: `${id}@x.example`, locale: 'en', ...patch };
};
const everybody = ContactRole.options.map((role) => aContact([role]));

const azureRungs: readonly (readonly ContactRole[])[] = [
  ['SECURITY_CONTACT'],
  ['SUBSCRIPTION_ADMIN', 'SUBSCRIPTION_OWNER'],
  ['GLOBAL_ADMIN'],
  ['TECHNICAL_CONTACT'],
];
const centerRungs: typeof azureRungs = [['GLOBAL_ADMIN', 'MESSAGE_CENTER_PRIVACY_READER']];
const ladder: Record<ServiceFamily, typeof azureRungs> = {
  AZURE: azureRungs,
  AZURE_GOVERNMENT: azureRungs,
  DYNAMICS_365: centerRungs,
  POWER_PLATFORM: centerRungs,
};
const table = ServiceFamily.options.flatMap((family) =>
  ladder[family].map((roles, index) => ({ family, index, roles: [...roles] })),
);

describe('the ladder of a family', () => {
  it.each(table)('R-90 R-91 $family, rung $index: $roles', ({ family, index, roles }) => {
    const above = ladder[family].slice(0, index).flat();
    const contacts = everybody.filter((contact) => !contact.roles.some((role) => above.includes(role)));
    const { mails, unresolved } = resolveRecipients([aSubscription(family)], contacts);
    expect(mails.map(({ role }) => role).sort()).toEqual([...roles].sort());
    // whatever is not the first rung is recorded as a fallback.
    expect(mails.map(({ fallback }) => fallback)).toEqual(mails.map(() => index > 0));
    expect(unresolved).toEqual([]);
  });

  it.each(['DYNAMICS_365', 'POWER_PLATFORM'] as const)('R-94 %s tells no other role, and nobody instead', (family) => {
    const others = everybody.filter(({ id }) => id !== 'GLOBAL_ADMIN' && id !== 'MESSAGE_CENTER_PRIVACY_READER');
    expect(resolveRecipients([aSubscription(family)], others)).toMatchObject({ mails: [], unresolved: ['sub-1'] });
  });

  it.each([
    ['AZURE', 'SERVICE_HEALTH_ADVISORY'],
    ['AZURE_GOVERNMENT', 'SERVICE_HEALTH_ADVISORY'],
    ['DYNAMICS_365', 'MESSAGE_CENTER_POST'],
    ['POWER_PLATFORM', 'MESSAGE_CENTER_POST'],
  ] as const)('R-89 %s is published as %s, also if nobody can be mailed', (family, channel) => {
    expect(resolveRecipients([aSubscription(family)], []).feeds).toEqual([{ channel, subscriptionIds: ['sub-1'] }]);
  });
});

describe('recipients', () => {
  it('I-28 a subscription without any contact is unresolved, the others go on', () => {
    const contacts = [aContact(['SECURITY_CONTACT'], { subscriptionId: 'sub-2' })];
    const both = [aSubscription('AZURE', 'sub-1'), aSubscription('AZURE', 'sub-2')];
    const { mails, unresolved } = resolveRecipients(both, contacts);
    expect(unresolved).toEqual(['sub-1']);
    expect(mails).toHaveLength(1);
  });

  it('one mail for each address, however it is written and however many roles and subscriptions it serves', () => {
    const contacts = [
      aContact(['SECURITY_CONTACT'], { address: 'it@x.example' }),
      aContact(['SECURITY_CONTACT'], { id: 'other', address: 'IT@X.example' }),
      aContact(['GLOBAL_ADMIN'], { address: 'it@x.example' }),
    ];
    const subscriptions = [
      aSubscription('AZURE', 'a'),
      aSubscription('AZURE_GOVERNMENT', 'b'),
      aSubscription('POWER_PLATFORM', 'c'),
    ];
    const { mails, feeds } = resolveRecipients(subscriptions, contacts);
    expect(mails).toEqual([expect.objectContaining({ address: 'it@x.example', role: 'SECURITY_CONTACT' })]);
    expect(feeds.map(({ subscriptionIds }) => subscriptionIds)).toEqual([['a', 'b'], ['c']]);
  });

  it('I-26 a contact of another tenant or of another subscription is never told', () => {
    const foreign = aContact(['SECURITY_CONTACT'], { tenantId: 'tenant-y' });
    const elsewhere = aContact(['SECURITY_CONTACT'], { subscriptionId: 'sub-9' });
    expect(resolveRecipients([aSubscription('AZURE')], [foreign, elsewhere]).mails).toEqual([]);
  });
});

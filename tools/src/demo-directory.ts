import { v5 as uuidv5 } from 'uuid';
import { demoTenants, type DemoTenant } from './demo-tenants.ts';
import { createGraphqlClient, type GraphqlClient } from './graphql-client.ts';

/** Ids that follow from names, so that loading twice changes nothing. */
const namespace = '3c1f7c0a-9a53-4d57-8e6e-7c2b5d9e2b00';
const idOf = (name: string): string => uuidv5(name, namespace);

/** The subscription of a demo tenant to one service family. */
export const demoSubscriptionId = ({ slug }: Pick<DemoTenant, 'slug'>, family: string): string =>
  idOf(`subscription/${slug}/${family}`);

interface DemoContact {
  readonly address: string;
  readonly roles: readonly string[];
}

/** Contacts in every role; Eastvale has given no security contact, so that the fallback of R-91 is seen. */
export function demoContacts({ slug }: Pick<DemoTenant, 'slug'>): readonly DemoContact[] {
  const at = (name: string): string => `${name}@${slug}.example`;
  const security = { address: at('security'), roles: ['SECURITY_CONTACT'] };
  const others = [
    { address: at('admin'), roles: ['SUBSCRIPTION_ADMIN'] },
    { address: at('owner'), roles: ['SUBSCRIPTION_OWNER'] },
    { address: at('global'), roles: ['GLOBAL_ADMIN'] },
    { address: at('technical'), roles: ['TECHNICAL_CONTACT'] },
    { address: at('privacy'), roles: ['MESSAGE_CENTER_PRIVACY_READER'] },
  ];
  return slug === 'eastvale' ? others : [security, ...others];
}

/** Those on call may see evidence of production; to whom they assign others, they say so. */
const staff = [
  { principalId: 'user:rea', name: 'Rea Ortiz', roles: ['RESPONDER'], onCall: true, environments: ['PRODUCTION'] },
  {
    principalId: 'user:ima',
    name: 'Ima Sorel',
    roles: ['INCIDENT_MANAGER'],
    onCall: true,
    environments: ['PRODUCTION', 'GOVERNMENT', 'STAGING', 'CORPORATE', 'EXTERNAL'],
  },
  { principalId: 'user:eng', name: 'Eng Lindqvist', roles: ['SERVICE_ENGINEER'], onCall: false },
  { principalId: 'user:exe', name: 'Exe Navarro', roles: ['EXECUTIVE_INCIDENT_MANAGER'], onCall: false },
  { principalId: 'user:leo', name: 'Leo Adeyemi', roles: ['LEGAL'], onCall: false },
  { principalId: 'user:pri', name: 'Pri Raman', roles: ['PRIVACY_OFFICER'], onCall: false },
  { principalId: 'user:com', name: 'Com Haas', roles: ['COMMUNICATIONS'], onCall: false },
];

/**
 * Loads five fictional tenants with their contacts, and the demo's staff, through the public API. Loading again changes
 * nothing, not even what somebody has edited since: the idempotency keys are the same.
 */
export async function loadDemoDirectory(options: {
  readonly graphqlUrl: string;
  /** Of the role PLATFORM_ADMIN. */
  readonly token: string;
}): Promise<{ readonly loaded: boolean }> {
  const client = createGraphqlClient({ url: options.graphqlUrl, token: options.token });
  const { tenants } = await client.request<{ tenants: { edges: unknown[] } }>(
    '{ tenants(first: 1) { edges { cursor } } }',
  );
  if (tenants.edges.length > 0) return { loaded: false };
  for (const member of staff) {
    await saveStaffMember(client, member);
    await savePageContact(client, member);
  }
  for (const tenant of demoTenants) await saveTenant(client, tenant);
  return { loaded: true };
}

const saveStaffMember = (client: GraphqlClient, member: (typeof staff)[number]): Promise<unknown> =>
  client.request(
    `mutation SaveStaffMember($input: SaveStaffMemberInput!) { saveStaffMember(input: $input) { __typename } }`,
    { input: { idempotencyKey: `demo/staff/${member.principalId}`, ...member } },
  );

/** Pages reach the demo's staff in the mailboxes of the mail page. */
const savePageContact = (client: GraphqlClient, { principalId }: (typeof staff)[number]): Promise<unknown> =>
  client.request(
    `mutation SavePageContact($input: SavePageContactInput!) { savePageContact(input: $input) { __typename } }`,
    {
      input: {
        idempotencyKey: `demo/page-contact/${principalId}`,
        principalId,
        email: `${principalId.replace('user:', '')}@provider.example`,
      },
    },
  );

async function saveTenant(client: GraphqlClient, tenant: DemoTenant): Promise<void> {
  const { id: tenantId, slug, name, services } = tenant;
  const subscriptions = services.map((family) => ({ id: demoSubscriptionId(tenant, family), family }));
  const place = { zone: 'Europe/Dublin', locale: 'en-IE' };
  await client.request(
    `mutation SaveTenant($input: SaveTenantInput!) { saveTenant(input: $input) { tenant { id } } }`,
    {
      input: { idempotencyKey: `demo/tenant/${slug}`, expectedVersion: 0, tenantId, name, ...place, subscriptions },
    },
  );
  for (const contact of demoContacts(tenant)) await saveContact(client, tenantId, contact);
}

function saveContact(client: GraphqlClient, tenantId: string, contact: DemoContact): Promise<unknown> {
  const key = `demo/contact/${contact.address}`;
  const input = {
    idempotencyKey: key,
    expectedVersion: 0,
    contactId: idOf(key),
    tenantId,
    locale: 'en-IE',
    ...contact,
  };
  return client.request(
    `mutation SaveContact($input: SaveContactInput!) { saveContact(input: $input) { contact { id } } }`,
    {
      input,
    },
  );
}

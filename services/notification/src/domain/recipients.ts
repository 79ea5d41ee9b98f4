import type { Channel, ContactRole, ServiceFamily } from '@tocsin/contracts';

export interface Subscription {
  readonly id: string;
  readonly tenantId: string;
  readonly family: ServiceFamily;
}

export interface Contact {
  readonly id: string;
  readonly version: number;
  readonly tenantId: string;
  /** Only for this subscription; null: for the whole tenant. */
  readonly subscriptionId: string | null;
  readonly roles: readonly ContactRole[];
  readonly address: string;
  readonly locale: string;
}

/** A channel in the customer's own portal; publishing there is one insert, exactly once. */
export type FeedChannel = Extract<Channel, 'SERVICE_HEALTH_ADVISORY' | 'MESSAGE_CENTER_POST'>;

/** How a family is told (`requirements.md` 2.4). */
interface FamilyPolicy {
  readonly feed: FeedChannel;
  /** Tried in order until one has a contact; the first rung is the rule, any other a recorded fallback. */
  readonly rungs: readonly (readonly ContactRole[])[];
}

const azure: FamilyPolicy = {
  feed: 'SERVICE_HEALTH_ADVISORY',
  rungs: [['SECURITY_CONTACT'], ['SUBSCRIPTION_ADMIN', 'SUBSCRIPTION_OWNER'], ['GLOBAL_ADMIN'], ['TECHNICAL_CONTACT']],
};
/** Data Privacy posts are for these two roles only. */
const messageCenter: FamilyPolicy = {
  feed: 'MESSAGE_CENTER_POST',
  rungs: [['GLOBAL_ADMIN', 'MESSAGE_CENTER_PRIVACY_READER']],
};

export const familyPolicy: Readonly<Record<ServiceFamily, FamilyPolicy>> = {
  AZURE: azure,
  AZURE_GOVERNMENT: azure,
  DYNAMICS_365: messageCenter,
  POWER_PLATFORM: messageCenter,
};

export interface MailRecipient {
  readonly contactId: string;
  readonly address: string;
  readonly role: ContactRole;
  readonly fallback: boolean;
}

export interface Recipients {
  readonly feeds: readonly { readonly channel: FeedChannel; readonly subscriptionIds: readonly string[] }[];
  readonly mails: readonly MailRecipient[];
  /** Subscriptions nobody could be found for: a person must find somebody. */
  readonly unresolved: readonly string[];
}

/** Who is told about these subscriptions, and how: one post for each kind of feed, one mail for each address. */
export function resolveRecipients(subscriptions: readonly Subscription[], contacts: readonly Contact[]): Recipients {
  const feeds = new Map<FeedChannel, string[]>();
  const mails = new Map<string, MailRecipient>();
  const unresolved: string[] = [];
  for (const subscription of subscriptions) {
    const { feed } = familyPolicy[subscription.family];
    feeds.set(feed, [...(feeds.get(feed) ?? []), subscription.id]);
    const found = recipientsOf(subscription, contacts);
    if (found.length === 0) unresolved.push(subscription.id);
    for (const recipient of found) {
      const key = recipient.address.toLowerCase();
      if (!mails.has(key)) mails.set(key, recipient);
    }
  }
  return {
    feeds: [...feeds].map(([channel, subscriptionIds]) => ({ channel, subscriptionIds })),
    mails: [...mails.values()],
    unresolved,
  };
}

/** The contacts on the first rung that has any. */
function recipientsOf(subscription: Subscription, contacts: readonly Contact[]): readonly MailRecipient[] {
  const near = contacts.filter(
    ({ tenantId, subscriptionId }) =>
      tenantId === subscription.tenantId && (subscriptionId === null || subscriptionId === subscription.id),
  );
  for (const [index, rung] of familyPolicy[subscription.family].rungs.entries()) {
    const found = near.flatMap((contact) => {
      const role = rung.find((wanted) => contact.roles.includes(wanted));
      return role === undefined ? [] : [{ contactId: contact.id, address: contact.address, role, fallback: index > 0 }];
    });
    if (found.length > 0) return found;
  }
  return [];
}

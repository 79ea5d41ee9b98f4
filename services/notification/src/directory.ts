import { can, mayAtAll, mustBeAllowed } from '@tocsin/access';
import { occurred, ServiceFamily, ContactRole, TenantChanged } from '@tocsin/contracts';
import { expectVersion, type Transaction } from '@tocsin/database';
import { Forbidden, InvalidInput, NotFound } from '@tocsin/errors';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AddressInvalid } from './domain/errors.ts';
import type { Contact } from './domain/recipients.ts';
import type { Tenant } from './domain/tenant.ts';
import {
  contactStore,
  foreignSubscriptions,
  listSubscriptions,
  saveSubscriptions,
  tenantStore,
} from './store/stores.ts';

/* Whom to tell: tenants, what they subscribe to, and their contacts. */

const TenantOrder = z.object({
  tenantId: z.uuid(),
  expectedVersion: z.int().nonnegative(),
  name: z.string().trim().min(1).max(200),
  zone: z.string().refine(isTimeZone, 'is no IANA time zone'),
  locale: z.string().max(35),
  supportRoute: z.string().trim().min(1).max(500).nullish(),
  subscriptions: z.array(z.object({ id: z.uuid(), family: ServiceFamily })).max(500),
});

/** Saves a tenant; `expectedVersion` is 0 for a new one. Errors: CONCURRENT_CHANGE, INVALID_INPUT. */
export async function saveTenant(tx: Transaction, input: z.input<typeof TenantOrder>): Promise<Tenant> {
  mustBeAllowed(tx.by, 'saveTenant');
  const { tenantId, expectedVersion, subscriptions, supportRoute = null, ...facts } = TenantOrder.parse(input);
  const known = await tenantStore(tx).find(tenantId);
  expectVersion({ id: tenantId, version: known?.version ?? 0 }, expectedVersion);
  const state: Tenant = { id: tenantId, version: expectedVersion + 1, ...facts, supportRoute, updatedAt: tx.now };
  const subscriptionIds = subscriptions.map(({ id }) => id);
  const foreign = await foreignSubscriptions(tx, tenantId, subscriptionIds);
  if (foreign.length > 0) throw InvalidInput({ subscriptions: 'another tenant has one of these ids' });
  const event = occurred(TenantChanged, { tenantId, subscriptionIds, at: tx.now.toISOString() });
  const saved = await tx.commit(tenantStore, { state, events: [event] });
  await saveSubscriptions(
    tx,
    subscriptions.map((subscription) => ({ ...subscription, tenantId })),
  );
  return saved;
}

const ContactOrder = z.object({
  contactId: z.uuid().nullish(),
  expectedVersion: z.int().nonnegative(),
  tenantId: z.uuid(),
  subscriptionId: z.uuid().nullish(),
  roles: z.array(ContactRole).min(1),
  address: z.string().max(254),
  locale: z.string().max(35),
});

/** Saves a contact: the platform's administrators any, a customer's administrator his own tenant's. */
export async function saveContact(tx: Transaction, input: z.input<typeof ContactOrder>): Promise<Contact> {
  mustKeepContacts(tx, input.tenantId);
  const order = ContactOrder.parse(input);
  if (!z.email().safeParse(order.address).success) throw AddressInvalid();
  if ((await tenantStore(tx).find(order.tenantId)) === null) throw NotFound();
  const known = order.contactId == null ? null : await contactStore(tx).find(order.contactId);
  if (known !== null && known.tenantId !== order.tenantId) throw NotFound();
  const id = order.contactId ?? randomUUID();
  expectVersion({ id, version: known?.version ?? 0 }, order.expectedVersion);
  await mustOwnSubscription(tx, order.tenantId, order.subscriptionId ?? null);
  const { tenantId, roles, address, locale } = order;
  const subscriptionId = order.subscriptionId ?? null;
  const state: Contact = { id, version: order.expectedVersion + 1, tenantId, subscriptionId, roles, address, locale };
  return tx.commit(contactStore, { state, events: [] });
}

function mustKeepContacts(tx: Transaction, tenantId: string): void {
  if (can(tx.by, 'saveContact')) return;
  if (!mayAtAll(tx.by, 'saveOwnContact')) throw Forbidden({ operation: 'saveContact' });
  mustBeAllowed(tx.by, 'saveOwnContact', { tenantId });
}

async function mustOwnSubscription(tx: Transaction, tenantId: string, subscriptionId: string | null): Promise<void> {
  if (subscriptionId === null) return;
  const own = await listSubscriptions(tx, tenantId);
  if (!own.some(({ id }) => id === subscriptionId)) throw InvalidInput({ subscriptionId: 'is not of this tenant' });
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

import { randomUUID } from 'node:crypto';
import { can, mustBeAllowed } from '@tocsin/access';
import type { Transaction } from '@tocsin/database';
import { InvalidInput, NotFound } from '@tocsin/errors';
import { EgressRefused, isWebhookSecret, type SafeRequest } from '@tocsin/runtime';
import { z } from 'zod';
import type { PageContact } from './domain/page-contact.ts';
import { pageContactStore } from './store/page-contact-store.ts';
import { staffMemberStore } from './store/staff-member-store.ts';

export interface PageContactOrder {
  readonly principalId: string;
  readonly email: string | null;
  readonly webhookUrl: string | null;
  /** Null keeps the present one, if the URL stays as it is. */
  readonly webhookSecret: string | null;
}

/**
 * Says how somebody of the staff directory is reached: by himself, or by the platform administrator. Errors: FORBIDDEN,
 * NOT_FOUND, INVALID_INPUT.
 */
export async function savePageContact(
  tx: Transaction,
  order: PageContactOrder,
  checkUrl: SafeRequest['check'],
): Promise<PageContact> {
  const { principalId } = order;
  const isOwn = principalId === tx.by.id && !can(tx.by, 'savePageContact');
  mustBeAllowed(tx.by, isOwn ? 'saveOwnPageContact' : 'savePageContact');
  if ((await staffMemberStore(tx).findByPrincipal(principalId)) === null) throw NotFound();
  const present = await pageContactStore(tx).findByPrincipal(principalId);
  const state: PageContact = {
    id: present?.id ?? randomUUID(),
    version: (present?.version ?? 0) + 1,
    principalId,
    email: checkedEmail(order.email),
    ...checkedWebhook(order, present, checkUrl),
  };
  return tx.commit(pageContactStore, { state, events: [] });
}

/** How people are reached; only for themselves and the platform administrator, others are left out. */
export async function listPageContacts(
  tx: Transaction,
  principalIds: readonly string[],
): Promise<{ readonly id: string; readonly value: PageContact }[]> {
  const visible = can(tx.by, 'read:pageContact')
    ? principalIds
    : principalIds.filter((id) => id === tx.by.id && can(tx.by, 'read:ownPageContact'));
  const contacts = await pageContactStore(tx).listByPrincipal(visible);
  return contacts.map((contact) => ({ id: contact.principalId, value: contact }));
}

/** Strictly an address, so that no header or second recipient can hide in it. */
function checkedEmail(email: string | null): string | null {
  if (email === null || (email.length <= 254 && z.email().safeParse(email).success)) return email;
  throw InvalidInput({ field: 'email', reason: 'is not an e-mail address' });
}

function checkedWebhook(
  { webhookUrl, webhookSecret }: PageContactOrder,
  present: PageContact | null,
  checkUrl: SafeRequest['check'],
): Pick<PageContact, 'webhookUrl' | 'webhookSecret'> {
  if (webhookUrl === null) return { webhookUrl: null, webhookSecret: null };
  try {
    checkUrl(webhookUrl);
  } catch (error) {
    if (error instanceof EgressRefused) throw InvalidInput({ field: 'webhookUrl', reason: error.message });
    throw error;
  }
  // A URL that somebody else chose must not be signed for with a secret that only the present one knows.
  const secret = webhookSecret ?? (present?.webhookUrl === webhookUrl ? present.webhookSecret : null);
  if (secret !== null && isWebhookSecret(secret)) return { webhookUrl, webhookSecret: secret };
  throw InvalidInput({ field: 'webhookSecret', reason: 'must be whsec_ and base64 of 24 to 64 random bytes' });
}

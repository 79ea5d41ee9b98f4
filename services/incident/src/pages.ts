import { randomUUID } from 'node:crypto';
import { mayAtAll, mustBeAllowed, type Relation } from '@tocsin/access';
import type { PageKind } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import { Forbidden } from '@tocsin/errors';
import { escalationChain } from './domain/escalation-chain.ts';
import { rolesIn } from './domain/incident.ts';
import { onDuty } from './domain/opening.ts';
import { channelsOf } from './domain/page-contact.ts';
import {
  acknowledge,
  callAnew,
  cancelPage,
  escalate,
  isCalling,
  openPage,
  type Callee,
  type Page,
  type PageOrder,
} from './domain/page.ts';
import { listOnRota } from './rota-reads.ts';
import { incidentStore, refreshListing } from './store/incident-store.ts';
import { pageContactStore } from './store/page-contact-store.ts';
import { pageMessageStore } from './store/page-message-store.ts';
import { pageStore } from './store/page-store.ts';
import { staffMemberStore } from './store/staff-member-store.ts';

/**
 * Calls somebody, once for each kind and subject. It commits with whatever is the reason for it; the worker of pages
 * makes the first call right after the commit.
 */
export async function page(tx: Transaction, order: PageOrder): Promise<Page> {
  const store = pageStore(tx);
  const present = await store.findBySubject(order.kind, order.subjectId);
  if (present !== null) return present;
  const incident = order.incidentId === null ? null : await incidentStore(tx).find(order.incidentId);
  const about = { ...order, exerciseId: incident?.exerciseId ?? null };
  return tx.commit(pageStore, openPage(about, { id: randomUUID(), number: await store.nextNumber(), now: tx.now }));
}

/** Calls somebody for what came up at `since`, once: also if there was a page of it before that. */
export async function pageSince(tx: Transaction, order: PageOrder, since: Date): Promise<Page> {
  const { id } = await page(tx, order);
  // Locked, so that it never loses against the worker.
  const called = await pageStore(tx).lock(id);
  return called.openedAt >= since ? called : tx.commit(pageStore, callAnew(called, tx.now));
}

/** What a page was about is over: nobody else is called. It stays as it is if nobody was to be called any more. */
export async function endPage(tx: Transaction, kind: PageKind, subjectId: string): Promise<void> {
  const present = await pageStore(tx).findBySubject(kind, subjectId);
  if (present === null) return;
  // Locked, so that it never loses against the worker.
  const called = await pageStore(tx).lock(present.id);
  if (isCalling(called)) await tx.commit(pageStore, cancelPage(called, tx.now));
}

/** Calls the next step of a page that is due; the caller has locked it. */
export async function callNextStep(tx: Transaction, due: Page, waitMs: number): Promise<Page> {
  const incident = due.incidentId === null ? null : await incidentStore(tx).find(due.incidentId);
  const onRota = await listOnRota(tx, ['RESPONDER', 'INCIDENT_MANAGER', 'EXECUTIVE_INCIDENT_MANAGER']);
  const chain = escalationChain(incident, onDuty(onRota, await staffMemberStore(tx).listOnCall()), tx.now);
  const act = { now: tx.now, newId: randomUUID };
  const escalation = escalate(due, await reachableBy(tx, chain), waitMs, act);
  for (const message of escalation.messages) await tx.commit(pageMessageStore, message);
  return tx.commit(pageStore, escalation.page);
}

/** The ways to each of the people; who has none is left out. */
async function reachableBy(
  tx: Transaction,
  chain: readonly (readonly string[])[],
): Promise<readonly (readonly Callee[])[]> {
  const contacts = await pageContactStore(tx).listByPrincipal(chain.flat());
  const byPrincipal = new Map(contacts.map((contact) => [contact.principalId, contact]));
  return chain.map((step) =>
    step.flatMap((principalId) => {
      const contact = byPrincipal.get(principalId);
      return contact === undefined ? [] : channelsOf(contact).map((channel) => ({ principalId, channel }));
    }),
  );
}

/**
 * Takes the call, so that nobody else is called: by whom it was sent to, or any present member of the incident.
 * Acknowledging again changes nothing. The page is locked, so that it never loses against the worker. With the page of
 * its opening what lists tell of the incident changes too: somebody has taken it up.
 *
 * @throws FORBIDDEN, NOT_FOUND
 */
export async function acknowledgePage(tx: Transaction, { pageId }: { readonly pageId: string }): Promise<Page> {
  if (!mayAtAll(tx.by, 'acknowledgePage')) throw Forbidden({ operation: 'acknowledgePage' });
  const found = await pageStore(tx).get(pageId);
  mustBeAllowed(tx.by, 'acknowledgePage', await relationTo(tx, found));
  const opened = found.kind === 'INCIDENT_OPENED' ? found.incidentId : null;
  // The incident first, as a command that closes it does: each would wait for the other.
  if (opened !== null) await incidentStore(tx).lock([opened]);
  const called = await pageStore(tx).lock(pageId);
  const change = acknowledge(called, tx.by.id, tx.now);
  if (change === null) return called;
  const taken = await tx.commit(pageStore, change);
  if (opened !== null) await refreshListing(tx, opened);
  return taken;
}

/** Whoever was called has to do with the page in each of his roles, also if he is no member of its incident. */
export async function relationTo(tx: Transaction, { id, incidentId }: Page): Promise<Relation> {
  if (await pageMessageStore(tx).isSentTo(id, tx.by.id)) return { memberAs: tx.by.roles };
  const incident = incidentId === null ? null : await incidentStore(tx).find(incidentId);
  return { memberAs: incident === null ? [] : rolesIn(incident, tx.by.id, tx.now) };
}

import { can, mayAtAll } from '@tocsin/access';
import type { PageState } from '@tocsin/contracts';
import { decodeCursor, pageSize, toPage, type Page as PageOfList, type Transaction } from '@tocsin/database';
import { Forbidden, InvalidInput } from '@tocsin/errors';
import { rolesIn } from './domain/incident.ts';
import type { PageMessage } from './domain/page-message.ts';
import type { Page } from './domain/page.ts';
import { relationTo } from './pages.ts';
import { incidentStore } from './store/incident-store.ts';
import { pageMessageStore } from './store/page-message-store.ts';
import { pageStore } from './store/page-store.ts';

/** A page with what was sent for it. */
export interface PageWithMessages extends Page {
  readonly messages: readonly PageMessage[];
}

/** The pages of each incident, oldest first; none for an incident of which the principal is no member. */
export async function listPages(
  tx: Transaction,
  incidentIds: readonly string[],
): Promise<{ readonly id: string; readonly value: readonly PageWithMessages[] }[]> {
  const incidents = await incidentStore(tx).list(incidentIds);
  const visible = incidents.filter((incident) =>
    can(tx.by, 'read:page', { memberAs: rolesIn(incident, tx.by.id, tx.now) }),
  );
  const pages = await withMessages(tx, await pageStore(tx).listByIncident(visible.map(({ id }) => id)));
  return visible.map(({ id }) => ({ id, value: pages.filter(({ incidentId }) => incidentId === id) }));
}

/** The pages that were sent to the principal, newest first. */
export async function pageOwnPages(
  tx: Transaction,
  order: { readonly first: number; readonly after: string | null; readonly state: PageState | null },
): Promise<PageOfList<PageWithMessages>> {
  if (!mayAtAll(tx.by, 'read:page')) throw Forbidden({ operation: 'read:page' });
  const limit = pageSize(order) + 1;
  const beforeNumber = numberOf(decodeCursor(order.after));
  const pages = await pageStore(tx).pageOwn({ principalId: tx.by.id, limit, beforeNumber, state: order.state });
  return toPage(await withMessages(tx, pages), order.first, ({ id, number }) => ({ key: String(number), id }));
}

/** One page; null if it is absent, or not the principal's to see. */
export async function findPage(tx: Transaction, id: string): Promise<PageWithMessages | null> {
  const page = await pageStore(tx).find(id);
  if (page === null || !can(tx.by, 'read:page', await relationTo(tx, page))) return null;
  return (await withMessages(tx, [page]))[0] ?? null;
}

async function withMessages(tx: Transaction, pages: readonly Page[]): Promise<PageWithMessages[]> {
  const messages = await pageMessageStore(tx).listByPage(pages.map(({ id }) => id));
  return pages.map((page) => ({ ...page, messages: messages.filter(({ pageId }) => pageId === page.id) }));
}

/** The number at which a page of a list ended. Errors: INVALID_INPUT. */
function numberOf(cursor: { readonly key: string } | null): number | null {
  if (cursor === null) return null;
  const number = Number(cursor.key);
  if (!Number.isInteger(number) || Math.abs(number) > 2_147_483_647)
    throw InvalidInput({ field: 'after', reason: 'is not a cursor of this list' });
  return number;
}

import { can } from '@tocsin/access';
import { decodeCursor, pageSize, toPage, type Page, type PageOrder, type Transaction } from '@tocsin/database';
import { In } from 'typeorm';
import { getCin } from './cins.ts';
import type { Cin } from './domain/cin.ts';
import type { Hold } from './domain/hold.ts';
import type { Notice } from './domain/notice.ts';
import type { Obligation } from './domain/obligation.ts';
import type { Contact } from './domain/recipients.ts';
import type { Tenant } from './domain/tenant.ts';
import { mayRead } from './relation.ts';
import { holdStore, listHolds } from './store/hold-store.ts';
import { listContacts, listNotices, listObligations, noticeStore } from './store/stores.ts';
import { AdvisoryTable, TenantTable, type Advisory } from './store/tables.ts';

/** The notification side of an incident, as its readers see it. */
export interface CustomerNotification {
  readonly cin: Cin;
  readonly obligations: readonly Obligation[];
  readonly notices: readonly Notice[];
  readonly holds: readonly Hold[];
  /** The database's clock, by which the clocks are shown. */
  readonly now: Date;
}

/** Null for whoever is no member: the same as for an incident that does not exist. */
export async function findCustomerNotification(
  tx: Transaction,
  incidentId: string,
): Promise<CustomerNotification | null> {
  if (!(await mayRead(tx, incidentId))) return null;
  return {
    cin: await getCin(tx, incidentId),
    obligations: await listObligations(tx, incidentId),
    notices: await listNotices(tx, incidentId),
    holds: await listHolds(tx, incidentId),
    now: tx.now,
  };
}

export async function findNotice(tx: Transaction, id: string): Promise<Notice | null> {
  const notice = await noticeStore(tx).find(id);
  return notice !== null && (await mayRead(tx, notice.incidentId)) ? notice : null;
}

/** With the database's clock, by which its review is judged. */
export async function findHold(tx: Transaction, id: string): Promise<SeenHold | null> {
  const hold = await holdStore(tx).find(id);
  return hold !== null && (await mayRead(tx, hold.incidentId)) ? { ...hold, now: tx.now } : null;
}

/** A hold as it is at an instant. */
export type SeenHold = Hold & { readonly now: Date };

const maySeeTenant = (tx: Transaction, tenantId: string): boolean =>
  can(tx.by, 'read:tenant') || can(tx.by, 'read:ownTenant', { tenantId });

export async function findTenants(tx: Transaction, ids: readonly string[]): Promise<Tenant[]> {
  const visible = ids.filter((id) => maySeeTenant(tx, id));
  return visible.length === 0 ? [] : tx.manager.getRepository(TenantTable).findBy({ id: In(visible) });
}

/** By name. A customer sees itself only; row security says so too. */
export async function listTenants(tx: Transaction, page: PageOrder): Promise<Page<Tenant>> {
  const query = tx.manager.getRepository(TenantTable).createQueryBuilder('tenant');
  const after = decodeCursor(page.after);
  if (after !== null) query.andWhere('(tenant.name, tenant.id) > (:key, :id)', after);
  const rows = await query
    .orderBy('tenant.name')
    .addOrderBy('tenant.id')
    .take(pageSize(page) + 1)
    .getMany();
  return toPage(
    rows.filter(({ id }) => maySeeTenant(tx, id)),
    pageSize(page),
    ({ name, id }) => ({ key: name, id }),
  );
}

export async function contactsOf(tx: Transaction, tenantId: string): Promise<Contact[] | null> {
  const allowed = can(tx.by, 'read:contact') || can(tx.by, 'read:ownContact', { tenantId });
  return allowed ? listContacts(tx, tenantId) : null;
}

/** The feed of the caller's own tenant, newest first; empty for anybody without one. */
export async function listAdvisories(tx: Transaction, page: PageOrder): Promise<Page<Advisory>> {
  const tenantId = tx.by.tenantId ?? null;
  const order = (row: Advisory) => ({ key: row.publishedAt.toISOString(), id: row.id });
  if (!can(tx.by, 'read:advisory', { tenantId })) return toPage([], pageSize(page), order);
  const query = tx.manager
    .getRepository(AdvisoryTable)
    .createQueryBuilder('advisory')
    .where('advisory.tenant_id = :tenantId', { tenantId });
  const after = decodeCursor(page.after);
  if (after !== null) query.andWhere('(advisory.published_at, advisory.id) < (:key::timestamptz, :id::uuid)', after);
  query.orderBy('advisory.published_at', 'DESC').addOrderBy('advisory.id', 'DESC');
  return toPage(await query.take(pageSize(page) + 1).getMany(), pageSize(page), order);
}

import { In, Not } from 'typeorm';
import { tableStore, type Transaction } from '@tocsin/database';
import type { Cin } from '../domain/cin.ts';
import type { Delivery } from '../domain/delivery.ts';
import type { Notice } from '../domain/notice.ts';
import type { Obligation } from '../domain/obligation.ts';
import type { Contact, Subscription } from '../domain/recipients.ts';
import type { Tenant } from '../domain/tenant.ts';
import {
  AdvisoryTable,
  CinTable,
  ContactTable,
  DeliveryTable,
  NoticeTable,
  ObligationTable,
  SubscriptionTable,
  TenantTable,
  type Advisory,
} from './tables.ts';

export const tenantStore = tableStore<Tenant>('tenant', TenantTable);
export const contactStore = tableStore<Contact>('contact', ContactTable);
export const cinStore = tableStore<Cin>('cin', CinTable);
/** Holds the process until the end of the transaction: whoever asks what is left to do, asks one after the other. */
export const lockCin = (tx: Transaction, incidentId: string): Promise<Cin | null> =>
  tx.manager.getRepository(CinTable).findOne({ where: { id: incidentId }, lock: { mode: 'pessimistic_write' } });

export const obligationStore = tableStore<Obligation>('obligation', ObligationTable);
export const noticeStore = tableStore<Notice>('notice', NoticeTable);
export const deliveryStore = tableStore<Delivery>('delivery', DeliveryTable);

export const listSubscriptions = (tx: Transaction, tenantId: string): Promise<Subscription[]> =>
  tx.manager.getRepository(SubscriptionTable).find({ where: { tenantId }, order: { id: 'ASC' } });

/** Those of the ids that another tenant has. */
export const foreignSubscriptions = (
  tx: Transaction,
  tenantId: string,
  ids: readonly string[],
): Promise<Subscription[]> =>
  tx.manager.getRepository(SubscriptionTable).findBy({ id: In([...ids]), tenantId: Not(tenantId) });

/** Replaces what the tenant subscribes to; a subscription that is gone stays, as old notices name it. */
export const saveSubscriptions = (tx: Transaction, subscriptions: readonly Subscription[]): Promise<unknown> =>
  tx.manager.getRepository(SubscriptionTable).upsert([...subscriptions], ['id']);

export const listContacts = (tx: Transaction, tenantId: string): Promise<Contact[]> =>
  tx.manager.getRepository(ContactTable).find({ where: { tenantId }, order: { id: 'ASC' } });

export const listObligations = (tx: Transaction, incidentId: string): Promise<Obligation[]> =>
  tx.manager.getRepository(ObligationTable).find({ where: { incidentId }, order: { dueAt: 'ASC', id: 'ASC' } });

export const listNotices = (tx: Transaction, incidentId: string): Promise<Notice[]> =>
  tx.manager.getRepository(NoticeTable).find({ where: { incidentId }, order: { createdAt: 'ASC', id: 'ASC' } });

export const listDeliveries = (tx: Transaction, noticeId: string): Promise<Delivery[]> =>
  tx.manager.getRepository(DeliveryTable).find({ where: { noticeId }, order: { createdAt: 'ASC', id: 'ASC' } });

export const publishAdvisory = (tx: Transaction, advisory: Advisory): Promise<unknown> =>
  tx.manager.getRepository(AdvisoryTable).insert({ ...advisory, subscriptionIds: [...advisory.subscriptionIds] });

/** Where a notice was posted, as it was posted. */
export const listAdvisoriesOf = (tx: Transaction, noticeId: string): Promise<Advisory[]> =>
  tx.manager.getRepository(AdvisoryTable).find({ where: { noticeId }, order: { channel: 'ASC' } });

/** Those of the notices that a withdrawal follows. */
export async function withdrawnAmong(tx: Transaction, noticeIds: readonly string[]): Promise<ReadonlySet<string>> {
  const withdrawals = await tx.manager
    .getRepository(NoticeTable)
    .findBy({ phase: 'WITHDRAWAL', follows: In([...noticeIds]) });
  return new Set(withdrawals.flatMap(({ follows }) => follows ?? []));
}

/**
 * Takes up to `limit` mails that are due, so that no other worker takes them. What is owed and held waits in the queue
 * what takes a notice back is no such thing.
 */
export const claimDue = (tx: Transaction, limit: number): Promise<Delivery[]> =>
  tx.manager
    .getRepository(DeliveryTable)
    .createQueryBuilder('delivery')
    .setLock('pessimistic_write')
    .setOnLocked('skip_locked')
    .where(`delivery.state in ('PLANNED', 'DEFERRED') and delivery.next_attempt_at <= :now`, { now: tx.now })
    .andWhere(
      `(exists (select 1 from notice n where n.id = delivery.notice_id and n.phase = 'WITHDRAWAL')
        or not exists (select 1 from obligation o where o.incident_id = delivery.incident_id
          and o.tenant_id = delivery.tenant_id and o.held_since is not null))`,
    )
    .orderBy('delivery.next_attempt_at')
    .take(limit)
    .getMany();

/** Mails whose worker is gone: whether they left is not known. */
export const claimAbandoned = (tx: Transaction, limit: number): Promise<Delivery[]> =>
  tx.manager
    .getRepository(DeliveryTable)
    .createQueryBuilder('delivery')
    .setLock('pessimistic_write')
    .setOnLocked('skip_locked')
    .where(`delivery.state = 'SUBMITTING' and delivery.lease_until < :now`, { now: tx.now })
    .take(limit)
    .getMany();

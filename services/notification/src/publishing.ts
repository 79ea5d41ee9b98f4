import { randomUUID } from 'node:crypto';
import { context, propagation } from '@opentelemetry/api';
import type { Transaction } from '@tocsin/database';
import { planMail, publish } from './domain/delivery.ts';
import type { Notice } from './domain/notice.ts';
import type { Recipients } from './domain/recipients.ts';
import { deliveryStore, publishAdvisory } from './store/stores.ts';

/**
 * Posts a notice in the tenant's own portal and plans its mails, all in this transaction; the mails leave right after.
 * `mailDomain` ends their Message-ID.
 */
export async function publishNotice(
  tx: Transaction,
  notice: Notice,
  { feeds, mails }: Pick<Recipients, 'feeds' | 'mails'>,
  mailDomain: string,
): Promise<void> {
  for (const { channel, subscriptionIds } of feeds) {
    await tx.commit(deliveryStore, publish(notice, channel, planned(tx)));
    await publishAdvisory(tx, {
      id: randomUUID(),
      tenantId: notice.tenantId,
      incidentId: notice.incidentId,
      noticeId: notice.id,
      channel,
      subscriptionIds,
      tag: channel === 'MESSAGE_CENTER_POST' ? 'Data Privacy' : null,
      body: notice.body,
      publishedAt: tx.now,
    });
  }
  for (const mail of mails) await tx.commit(deliveryStore, planMail(notice, mail, mailDomain, planned(tx)));
}

/** The trace of this command goes on when the mail is sent, in another transaction and perhaps another process. */
function planned(tx: Transaction) {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return { id: randomUUID(), now: tx.now, traceparent: carrier['traceparent'] ?? null };
}

import { context, propagation, SpanStatusCode, trace } from '@opentelemetry/api';
import { servicePrincipal } from '@tocsin/access';
import { inTransaction, read, type Database, type Transaction } from '@tocsin/database';
import { createLoop, type Logger, type Loop } from '@tocsin/runtime';
import { isEffective, settle, submit, type Delivery, type Outcome } from './domain/delivery.ts';
import { submitMail } from './edge/smtp.ts';
import { meetObligations } from './notices.ts';
import { claimAbandoned, claimDue, deliveryStore, noticeStore } from './store/stores.ts';

export interface MailSettings {
  readonly smtpUrl: string;
  readonly from: string;
}

const by = servicePrincipal('notification');
const batch = 20;

/**
 * Sends the planned mails. What is about to be sent is committed first (SUBMITTING), what was seen is committed after:
 * a crash between the two leaves a row that says so, and such a mail is not sent again by itself (E-12).
 */
export function createDeliveryWorker(db: Database, mail: MailSettings, log: Logger): Loop {
  const loop = createLoop({
    name: 'deliveries',
    log,
    idleMs: 1_000,
    round: async () => {
      await doubtAbandoned(db);
      const claimed = await claim(db);
      await Promise.all(claimed.map((delivery) => deliver(db, mail, delivery, log)));
      return claimed.length === batch;
    },
  });
  db.onAnnounced(() => loop.wake());
  return loop;
}

const claim = (db: Database): Promise<readonly Delivery[]> =>
  inTransaction(db, { by, action: 'submitDelivery' }, async (tx) => {
    const claimed: Delivery[] = [];
    for (const delivery of await claimDue(tx, batch))
      claimed.push(await tx.commit(deliveryStore, submit(delivery, tx.now)));
    return claimed;
  });

/** The lease ran out: the worker died, and the server may have the mail. */
const doubtAbandoned = (db: Database): Promise<void> =>
  inTransaction(db, { by, action: 'doubtDelivery' }, async (tx) => {
    for (const delivery of await claimAbandoned(tx, batch)) {
      await tx.commit(deliveryStore, settle(delivery, { kind: 'in-doubt' }, tx.now));
    }
  });

async function deliver(db: Database, mail: MailSettings, delivery: Delivery, log: Logger): Promise<void> {
  const parent = propagation.extract(context.active(), { traceparent: delivery.traceparent ?? '' });
  const tracer = trace.getTracer('@tocsin/notification');
  await tracer.startActiveSpan('notice.deliver', {}, parent, async (span) => {
    try {
      const outcome = await talk(db, mail, delivery);
      span.setAttributes({ 'tocsin.delivery.id': delivery.id, 'tocsin.delivery.outcome': outcome.kind });
      if (outcome.kind !== 'accepted') span.setStatus({ code: SpanStatusCode.ERROR });
      log.info({ deliveryId: delivery.id, incidentId: delivery.incidentId, outcome: outcome.kind }, 'mail submitted');
      await inTransaction(db, { by, action: 'settleDelivery' }, (tx) => record(tx, delivery, outcome));
    } finally {
      span.end();
    }
  });
}

async function talk(db: Database, { smtpUrl, from }: MailSettings, delivery: Delivery): Promise<Outcome> {
  const notice = await read(db, by, (tx) => noticeStore(tx).get(delivery.noticeId));
  return submitMail(smtpUrl, {
    from,
    to: delivery.addressFrozen ?? '',
    messageId: delivery.messageId ?? '',
    subject: `Notice of a data breach (${notice.phase.toLowerCase()})`,
    text: notice.body,
    date: notice.sentAt ?? delivery.createdAt,
  });
}

async function record(tx: Transaction, delivery: Delivery, outcome: Outcome): Promise<void> {
  const settled = await tx.commit(deliveryStore, settle(delivery, outcome, tx.now));
  if (isEffective(settled)) await meetObligations(tx, settled);
}

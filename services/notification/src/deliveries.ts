import { context, propagation, SpanStatusCode, trace } from '@opentelemetry/api';
import { servicePrincipal } from '@tocsin/access';
import { inTransaction, read, type Database, type Transaction } from '@tocsin/database';
import { createLoop, type Logger, type Loop } from '@tocsin/runtime';
import { cancel, isEffective, settle, submit, type Delivery, type Outcome } from './domain/delivery.ts';
import type { Notice } from './domain/notice.ts';
import { subjectOf } from './domain/rendering.ts';
import { submitMail } from './edge/smtp.ts';
import { meetObligations } from './notices.ts';
import { claimAbandoned, claimDue, deliveryStore, noticeStore, withdrawnAmong } from './store/stores.ts';

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

/** A deferred mail may come due after its notice was withdrawn: it ends here (E-11). */
const claim = (db: Database): Promise<readonly Delivery[]> =>
  inTransaction(db, { by, action: 'submitDelivery' }, async (tx) => {
    const claimed: Delivery[] = [];
    const due = await claimDue(tx, batch);
    const withdrawn = await withdrawnAmong(
      tx,
      due.map(({ noticeId }) => noticeId),
    );
    for (const delivery of due) {
      if (withdrawn.has(delivery.noticeId)) await tx.commit(deliveryStore, cancel(delivery, tx.now));
      else claimed.push(await tx.commit(deliveryStore, submit(delivery, tx.now)));
    }
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
      const notice = await read(db, by, (tx) => noticeStore(tx).get(delivery.noticeId));
      const outcome = await talk(mail, notice, delivery);
      span.setAttributes({ 'tocsin.delivery.id': delivery.id, 'tocsin.delivery.outcome': outcome.kind });
      if (outcome.kind !== 'accepted') span.setStatus({ code: SpanStatusCode.ERROR });
      log.info({ deliveryId: delivery.id, incidentId: delivery.incidentId, outcome: outcome.kind }, 'mail submitted');
      await inTransaction(db, { by, action: 'settleDelivery' }, (tx) => record(tx, delivery, notice, outcome));
    } finally {
      span.end();
    }
  });
}

const talk = ({ smtpUrl, from }: MailSettings, notice: Notice, delivery: Delivery): Promise<Outcome> =>
  submitMail(smtpUrl, {
    from,
    to: delivery.addressFrozen ?? '',
    messageId: delivery.messageId ?? '',
    subject: subjectOf(notice.phase),
    text: notice.body,
    date: notice.sentAt ?? delivery.createdAt,
  });

async function record(tx: Transaction, delivery: Delivery, notice: Notice, outcome: Outcome): Promise<void> {
  const settled = await tx.commit(deliveryStore, settle(delivery, outcome, tx.now));
  if (isEffective(settled)) await meetObligations(tx, notice);
}

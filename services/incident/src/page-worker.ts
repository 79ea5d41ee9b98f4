import { servicePrincipal } from '@tocsin/access';
import { inTransaction, type Database } from '@tocsin/database';
import { createLoop, type Logger, type Loop, type SafeRequest } from '@tocsin/runtime';
import { cancelMessage, claimMessage, settleMessage, type Outcome } from './domain/page-message.ts';
import { isCalling, type Page } from './domain/page.ts';
import { sendPageMail, type MailSettings } from './edge/page-mail.ts';
import { isDelivered, postWebhook } from './edge/webhook.ts';
import { renderPageMail, renderPageWebhook, type Call } from './page-text.ts';
import { callNextStep } from './pages.ts';
import { incidentStore } from './store/incident-store.ts';
import { knownConflictStore } from './store/known-conflict-store.ts';
import { pageContactStore } from './store/page-contact-store.ts';
import { pageMessageStore } from './store/page-message-store.ts';
import { pageStore } from './store/page-store.ts';

export interface PagingSettings {
  readonly mail: MailSettings;
  readonly safeRequest: SafeRequest;
  /** How long somebody has to acknowledge before the next is called, minutes. */
  readonly acknowledgeMinutes: number;
}

const by = servicePrincipal('incident');
const batch = 20;

/**
 * Calls the next step of pages that are due, and sends what was planned. What is about to be sent is committed first
 * (SENDING, with a lease), what was seen is committed after. After a crash between the two the message is sent once the
 * lease is over, so somebody may be called twice: better than not at all, and unlike a notice to a customer it does no
 * harm.
 */
export function createPageWorker(db: Database, settings: PagingSettings, log: Logger): Loop {
  const loop = createLoop({
    name: 'pages',
    log,
    idleMs: 1_000,
    round: async () => {
      const called = await callDue(db, settings, log);
      const calls = await claim(db);
      await Promise.all(calls.map(async (call) => settle(db, call, await send(settings, call), log)));
      return called === batch || calls.length > 0;
    },
  });
  db.onAnnounced(() => loop.wake());
  return loop;
}

async function callDue(db: Database, { acknowledgeMinutes }: PagingSettings, log: Logger): Promise<number> {
  const called = await inTransaction(db, { by, action: 'callNextStep' }, async (tx) => {
    const pages: Page[] = [];
    for (const due of await pageStore(tx).takeDue(batch))
      pages.push(await callNextStep(tx, due, acknowledgeMinutes * 60_000));
    return pages;
  });
  for (const { id: pageId, kind, incidentId, state } of called) {
    const facts = { pageId, kind, incidentId };
    if (state === 'UNREACHABLE') log.error(facts, 'a page reaches nobody: name page contacts of who is on call');
    if (state === 'UNACKNOWLEDGED') log.error(facts, 'nobody acknowledged a page; nobody else is called for it');
  }
  return called.length;
}

const claim = (db: Database): Promise<readonly Call[]> =>
  inTransaction(db, { by, action: 'claimPageMessage' }, async (tx) => {
    const calls: Call[] = [];
    for (const due of await pageMessageStore(tx).takeDue(batch)) {
      const page = await pageStore(tx).get(due.pageId);
      if (!isCalling(page)) {
        await tx.commit(pageMessageStore, cancelMessage(due));
        continue;
      }
      const message = await tx.commit(pageMessageStore, claimMessage(due, tx.now));
      const contact = await pageContactStore(tx).findByPrincipal(message.principalId);
      const incident = page.incidentId === null ? null : await incidentStore(tx).find(page.incidentId);
      calls.push({
        message,
        page,
        contact,
        incidentNumber: incident?.number ?? null,
        isExercise: page.exerciseId !== null,
        conflictKind: page.kind === 'CONFLICT' ? await knownConflictStore(tx).kindOf(page.subjectId) : null,
        now: tx.now,
      });
    }
    return calls;
  });

async function send({ mail, safeRequest }: PagingSettings, call: Call): Promise<Outcome> {
  const { message, contact, now } = call;
  if (message.channel === 'EMAIL') {
    if (contact?.email == null) return 'refused';
    return sendPageMail(mail, { id: message.id, to: contact.email, ...renderPageMail(call) });
  }
  if (contact?.webhookUrl == null || contact.webhookSecret === null) return 'refused';
  const { webhookUrl: url, webhookSecret: secret } = contact;
  const answer = await postWebhook(
    safeRequest,
    { url, secret, id: `msg_${message.id}`, body: renderPageWebhook(call) },
    now,
  );
  if (isDelivered(answer)) return 'sent';
  return 'status' in answer && answer.status === 410 ? 'refused' : 'failed';
}

async function settle(db: Database, { message }: Call, outcome: Outcome, log: Logger): Promise<void> {
  const { id: messageId, pageId, channel, attempts } = message;
  const settled = await inTransaction(db, { by, action: 'settlePageMessage' }, (tx) =>
    tx.commit(pageMessageStore, settleMessage(message, outcome, tx.now)),
  );
  const facts = { pageId, messageId, channel, attempts, outcome };
  if (settled.state === 'SENT') log.info(facts, 'page sent');
  else log.warn(facts, 'a page could not be sent');
}

import { randomUUID } from 'node:crypto';
import type { Transaction } from '@tocsin/database';
import { getCin, lockedCin, move } from './cins.ts';
import { concludeRetraction, retract } from './domain/cin.ts';
import { cancel as cancelDelivery, isWaiting, mayHaveArrived, type Delivery } from './domain/delivery.ts';
import type { Act, Notice } from './domain/notice.ts';
import { cancel as cancelObligation, contractRule } from './domain/obligation.ts';
import type { MailRecipient, Recipients } from './domain/recipients.ts';
import {
  cancelNotice,
  isToBeWithdrawn,
  isUnsent,
  owesWithdrawals,
  sendWithdrawal,
  supersede,
  withdraw,
  type Withdrawal,
} from './domain/withdrawal.ts';
import { marked } from './exercise-mark.ts';
import { endHolds } from './holds.ts';
import { publishNotice } from './publishing.ts';
import { actOf } from './relation.ts';
import {
  deliveryStore,
  listAdvisoriesOf,
  listDeliveries,
  listNotices,
  listObligations,
  lockCin,
  noticeStore,
  obligationStore,
  tenantStore,
} from './store/stores.ts';

/* What follows when a declaration is retracted (I-7): its clocks and unsent notices end, what was sent is withdrawn. */

export async function retractCin(tx: Transaction, incidentId: string): Promise<void> {
  await lockedCin(tx, incidentId);
  await endHolds(tx, incidentId);
  const change = retract(await getCin(tx, incidentId), tx.now);
  if (change === null) return;
  await move(tx, change);
  await cancelObligations(tx, incidentId);
  const notices = await listNotices(tx, incidentId);
  for (const notice of notices) {
    if (isToBeWithdrawn(notice, notices)) await draftWithdrawal(tx, notice);
    else if (isUnsent(notice)) await tx.commit(noticeStore, await marked(tx, incidentId, cancelNotice(notice, tx.now)));
  }
  await concludeIfWithdrawn(tx, incidentId);
}

/** Only what the declaration began: statutory clocks have their own event, and ignore it (I-15). */
async function cancelObligations(tx: Transaction, incidentId: string): Promise<void> {
  for (const obligation of await listObligations(tx, incidentId)) {
    const change = obligation.ruleId === contractRule.ruleId ? cancelObligation(obligation, tx.now) : null;
    if (change !== null) await tx.commit(obligationStore, change);
  }
}

/** What has not left is not to leave any more; whom it reached will be told by the withdrawal. */
async function draftWithdrawal(tx: Transaction, sent: Notice): Promise<void> {
  for (const delivery of (await listDeliveries(tx, sent.id)).filter(isWaiting))
    await tx.commit(deliveryStore, cancelDelivery(delivery, tx.now));
  const { name: tenantName } = await tenantStore(tx).get(sent.tenantId);
  await tx.commit(noticeStore, withdraw(sent, { id: randomUUID(), tenantName }, actOf(tx, tx.by.kind)));
}

/** Sends a withdrawal to exactly those whom the notice that it follows reached or may have reached. */
export async function sendWithdrawn(
  tx: Transaction,
  notice: Withdrawal,
  act: Act,
  mailDomain: string,
): Promise<Notice> {
  const withdrawn = await noticeStore(tx).get(notice.follows);
  const sent = await tx.commit(noticeStore, sendWithdrawal(notice, act));
  await publishNotice(tx, sent, await recipientsOf(tx, withdrawn.id), mailDomain);
  await tx.commit(noticeStore, supersede(withdrawn, tx.now));
  await concludeIfWithdrawn(tx, notice.incidentId);
  return sent;
}

async function recipientsOf(tx: Transaction, noticeId: string): Promise<Pick<Recipients, 'feeds' | 'mails'>> {
  const reached = (await listDeliveries(tx, noticeId)).filter(mayHaveArrived);
  const feeds = await listAdvisoriesOf(tx, noticeId);
  return { feeds, mails: reached.flatMap(mailRecipientOf) };
}

/** The address as it was then, whatever the directory says now. */
const mailRecipientOf = ({ recipient, addressFrozen, role, fallback }: Delivery): readonly MailRecipient[] =>
  addressFrozen === null || role === null ? [] : [{ contactId: recipient, address: addressFrozen, role, fallback }];

/** The process stands down once no withdrawal is left to be sent. */
async function concludeIfWithdrawn(tx: Transaction, incidentId: string): Promise<void> {
  const cin = await lockCin(tx, incidentId);
  if (cin === null) return;
  if (owesWithdrawals(await listNotices(tx, incidentId))) return;
  await move(tx, concludeRetraction(cin, tx.now));
}

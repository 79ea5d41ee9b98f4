import { randomUUID } from 'node:crypto';
import { context, propagation } from '@opentelemetry/api';
import { mayAtAll, type Operation } from '@tocsin/access';
import { NoticePhase } from '@tocsin/contracts';
import { expectVersion, type Transaction } from '@tocsin/database';
import { ExerciseIsolated, Forbidden, ReasonRequired } from '@tocsin/errors';
import { z } from 'zod';
import { getCin, settleCin } from './cins.ts';
import { planMail, publish } from './domain/delivery.ts';
import { cite, mustStand } from './domain/measures.ts';
import { approve, draft, send, type Act, type Notice } from './domain/notice.ts';
import { meet } from './domain/obligation.ts';
import { resolveRecipients, type Recipients } from './domain/recipients.ts';
import { mustBeMember } from './relation.ts';
import { findScope, isOfExercise, listActions } from './store/known-facts-store.ts';
import {
  deliveryStore,
  listContacts,
  listObligations,
  listSubscriptions,
  noticeStore,
  obligationStore,
  publishAdvisory,
  tenantStore,
} from './store/stores.ts';

const text = z.string().max(16_384);

const DraftOrder = z.object({
  incidentId: z.uuid(),
  tenantId: z.uuid(),
  phase: NoticePhase,
  fields: z.object({
    nature: text,
    dataCategories: text,
    consequences: text,
    measures: text,
    contactPoint: text,
    recommendedActions: z.array(text).max(50),
  }),
  actionIds: z.array(z.uuid()).max(100).default([]),
});

const act = (tx: Transaction, role: string, reason = ''): Act => ({
  by: tx.by.id,
  role,
  now: tx.now,
  decisionId: randomUUID(),
  reason,
});

/** Errors: FOREIGN_SCOPE, FIELD_MISSING, ACTION_REQUIRED, ACTION_UNKNOWN, ACTION_CANCELLED. */
export async function draftNotice(tx: Transaction, input: z.input<typeof DraftOrder>): Promise<Notice> {
  const role = await mustBeMember(tx, 'draftNotice', input.incidentId);
  const { incidentId, tenantId, phase, fields, actionIds } = DraftOrder.parse(input);
  const tenant = await tenantStore(tx).get(tenantId);
  const scope = await findScope(tx, incidentId, tenantId);
  const cited = cite(actionIds, await listActions(tx, incidentId, actionIds));
  const order = { id: randomUUID(), phase, tenantName: tenant.name, fields, cited };
  return tx.commit(noticeStore, draft(scope, order, act(tx, role)));
}

/** One step of a notice that exists: which, in which version, and why. */
export interface NoticeOrder {
  readonly noticeId: string;
  readonly expectedVersion: number;
}

/** Errors: NOTICE_STATE_REFUSED, SAME_PERSON_REFUSED, REASON_REQUIRED, ACTION_CANCELLED. */
export async function approveNotice(
  tx: Transaction,
  order: NoticeOrder & { readonly reason: string },
): Promise<Notice> {
  const { notice, role } = await getNotice(tx, 'approveNotice', order.noticeId);
  expectVersion(notice, order.expectedVersion);
  if (order.reason.trim() === '') throw ReasonRequired();
  await measuresMustStand(tx, notice);
  return tx.commit(noticeStore, approve(notice, act(tx, role, order.reason)));
}

/**
 * Publishes in the tenant's own portal and plans the mails, all in this transaction; the mails leave right after.
 * Errors: EXERCISE_ISOLATED (I-35), NOTICE_NOT_APPROVED, EXECUTION_NOT_AUTHORIZED, TENANT_RULED_OUT,
 * NOTICE_STATE_REFUSED, ACTION_CANCELLED.
 */
export async function sendNotice(tx: Transaction, order: NoticeOrder, mailDomain: string): Promise<Notice> {
  const { notice, role } = await getNotice(tx, 'sendNotice', order.noticeId);
  expectVersion(notice, order.expectedVersion);
  if (await isOfExercise(tx, notice.incidentId)) throw ExerciseIsolated();
  await measuresMustStand(tx, notice);
  const scope = await findScope(tx, notice.incidentId, notice.tenantId);
  const cin = await getCin(tx, notice.incidentId);
  const recipients = await recipientsOf(tx, notice.tenantId, scope?.subscriptionIds ?? []);
  const gates = { scope, cin, unresolved: recipients.unresolved.length > 0 };
  const sent = await tx.commit(noticeStore, send(notice, gates, act(tx, role)));
  await publishAll(tx, sent, recipients);
  for (const mail of recipients.mails) {
    await tx.commit(deliveryStore, planMail(sent, mail, mailDomain, planned(tx)));
  }
  return sent;
}

async function publishAll(tx: Transaction, notice: Notice, { feeds }: Recipients): Promise<void> {
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
  if (feeds.length > 0) await meetObligations(tx, notice);
}

/** An effective delivery to the tenant meets what it is owed for this incident. */
export async function meetObligations(
  tx: Transaction,
  { incidentId, tenantId }: { readonly incidentId: string; readonly tenantId: string },
): Promise<void> {
  for (const obligation of await listObligations(tx, incidentId)) {
    const change = obligation.tenantId === tenantId ? meet(obligation, tx.now) : null;
    if (change !== null) await tx.commit(obligationStore, change);
  }
  await settleCin(tx, incidentId);
}

/** @throws ACTION_CANCELLED */
async function measuresMustStand(tx: Transaction, { incidentId, citedActions }: Notice): Promise<void> {
  const ids = citedActions.map(({ id }) => id);
  mustStand(citedActions, await listActions(tx, incidentId, ids));
}

/** No affected subscription named: the whole tenant is. */
async function recipientsOf(tx: Transaction, tenantId: string, affected: readonly string[]): Promise<Recipients> {
  const subscriptions = await listSubscriptions(tx, tenantId);
  const concerned = affected.length === 0 ? subscriptions : subscriptions.filter(({ id }) => affected.includes(id));
  return resolveRecipients(concerned, await listContacts(tx, tenantId));
}

/** The role is asked before the object, so that FORBIDDEN tells nothing of it (S-3). */
async function getNotice(tx: Transaction, operation: Operation, id: string): Promise<{ notice: Notice; role: string }> {
  if (!mayAtAll(tx.by, operation)) throw Forbidden({ operation });
  const notice = await noticeStore(tx).get(id);
  return { notice, role: await mustBeMember(tx, operation, notice.incidentId) };
}

/** The trace of this command goes on when the mail is sent, in another transaction and perhaps another process. */
function planned(tx: Transaction) {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return { id: randomUUID(), now: tx.now, traceparent: carrier['traceparent'] ?? null };
}

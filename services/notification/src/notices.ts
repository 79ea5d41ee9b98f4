import { randomUUID } from 'node:crypto';
import { mayAtAll, type Operation } from '@tocsin/access';
import { expectVersion, type Transaction } from '@tocsin/database';
import { ExerciseIsolated, Forbidden, ReasonRequired } from '@tocsin/errors';
import { z } from 'zod';
import { lockedCin, settleCin } from './cins.ts';
import { marked } from './exercise-mark.ts';
import { cite, mustStand } from './domain/measures.ts';
import { approve, draft, DraftPhase, send, type Notice } from './domain/notice.ts';
import { meet } from './domain/obligation.ts';
import { isWithdrawal } from './domain/withdrawal.ts';
import { resolveRecipients, type Recipients } from './domain/recipients.ts';
import { publishNotice } from './publishing.ts';
import { actOf, mustBeMember } from './relation.ts';
import { listActiveHolds } from './store/hold-store.ts';
import { findExerciseOf, findScope, listActions } from './store/known-facts-store.ts';
import {
  listContacts,
  listObligations,
  listSubscriptions,
  noticeStore,
  obligationStore,
  tenantStore,
  withdrawnAmong,
} from './store/stores.ts';
import { sendWithdrawn } from './withdrawals.ts';

const text = z.string().max(16_384);

const DraftOrder = z.object({
  incidentId: z.uuid(),
  tenantId: z.uuid(),
  phase: DraftPhase,
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

/** Errors: FOREIGN_SCOPE, FIELD_MISSING, ACTION_REQUIRED, ACTION_UNKNOWN, ACTION_CANCELLED. */
export async function draftNotice(tx: Transaction, input: z.input<typeof DraftOrder>): Promise<Notice> {
  const role = await mustBeMember(tx, 'draftNotice', input.incidentId);
  const { incidentId, tenantId, phase, fields, actionIds } = DraftOrder.parse(input);
  const tenant = await tenantStore(tx).get(tenantId);
  const scope = await findScope(tx, incidentId, tenantId);
  const cited = cite(actionIds, await listActions(tx, incidentId, actionIds));
  const order = { id: randomUUID(), phase, tenantName: tenant.name, fields, cited };
  return tx.commit(noticeStore, await marked(tx, incidentId, draft(scope, order, actOf(tx, role))));
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
  return tx.commit(noticeStore, await marked(tx, notice.incidentId, approve(notice, actOf(tx, role, order.reason))));
}

/**
 * Publishes in the tenant's own portal and plans the mails, all in this transaction; the mails leave right after.
 * A WITHDRAWAL asks for its approval only.
 * Errors: EXERCISE_ISOLATED (I-35), NOTICE_NOT_APPROVED, EXECUTION_NOT_AUTHORIZED, HOLD_ACTIVE, TENANT_RULED_OUT,
 * NOTICE_STATE_REFUSED, ACTION_CANCELLED.
 */
export async function sendNotice(tx: Transaction, order: NoticeOrder, mailDomain: string): Promise<Notice> {
  const { notice, role } = await getNotice(tx, 'sendNotice', order.noticeId);
  expectVersion(notice, order.expectedVersion);
  if ((await findExerciseOf(tx, notice.incidentId)) !== null) throw ExerciseIsolated();
  if (isWithdrawal(notice)) return sendWithdrawn(tx, notice, actOf(tx, role), mailDomain);
  await measuresMustStand(tx, notice);
  const scope = await findScope(tx, notice.incidentId, notice.tenantId);
  // Locked: of a hold and a sending at one moment the later one finds the earlier.
  const cin = await lockedCin(tx, notice.incidentId);
  const holdIds = await holdsOf(tx, notice);
  const recipients = await recipientsOf(tx, notice.tenantId, scope?.subscriptionIds ?? []);
  const gates = { scope, cin, holdIds, unresolved: recipients.unresolved.length > 0 };
  const sent = await tx.commit(noticeStore, send(notice, gates, actOf(tx, role)));
  await publishNotice(tx, sent, recipients, mailDomain);
  if (recipients.feeds.length > 0) await meetObligations(tx, sent);
  return sent;
}

/**
 * An effective delivery to the tenant meets what it is owed for this incident: not by a withdrawal, nor by what was
 * withdrawn while its mail was under way, for another declaration may have begun since.
 */
export async function meetObligations(tx: Transaction, notice: Notice): Promise<void> {
  const { id, incidentId, tenantId } = notice;
  await lockedCin(tx, incidentId);
  if (isWithdrawal(notice) || (await withdrawnAmong(tx, [id])).has(id)) return;
  for (const obligation of await listObligations(tx, incidentId)) {
    const change = obligation.tenantId === tenantId ? meet(obligation, tx.now) : null;
    if (change !== null) await tx.commit(obligationStore, change);
  }
  await settleCin(tx, incidentId);
}

/** The ACTIVE holds that stop what the notice's tenant is owed. */
async function holdsOf(tx: Transaction, { incidentId, tenantId }: Notice): Promise<readonly string[]> {
  const owed = (await listObligations(tx, incidentId)).filter((obligation) => obligation.tenantId === tenantId);
  const held = owed.filter(({ heldSince }) => heldSince !== null).map(({ id }) => id);
  const holds = held.length === 0 ? [] : await listActiveHolds(tx, incidentId);
  return holds.filter(({ obligationIds }) => held.some((id) => obligationIds.includes(id))).map(({ id }) => id);
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

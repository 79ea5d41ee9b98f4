import type { Change, NoticeState } from '@tocsin/contracts';
import { asDraft, changed, mustBeApproved, type Act, type Notice } from './notice.ts';
import { renderWithdrawal } from './rendering.ts';

type NoticeChange = Change<Notice, 'notification'>;

/** A notice that takes another back. */
export type Withdrawal = Notice & { readonly phase: 'WITHDRAWAL'; readonly follows: string };

export const isWithdrawal = (notice: Notice): notice is Withdrawal =>
  notice.phase === 'WITHDRAWAL' && notice.follows !== null;

export interface WithdrawalOrder {
  readonly id: string;
  readonly tenantName: string;
}

/** Whether it was told and must be taken back: SENT, and no withdrawal follows it yet. */
export const isToBeWithdrawn = (notice: Notice, ofIncident: readonly Notice[]): boolean =>
  notice.state === 'SENT' &&
  !isWithdrawal(notice) &&
  !ofIncident.some((other) => isWithdrawal(other) && other.follows === notice.id);

/** Whether customers still hold a notice that was retracted. */
export const owesWithdrawals = (ofIncident: readonly Notice[]): boolean =>
  ofIncident.some((notice) => isWithdrawal(notice) && notice.state !== 'SENT');

/** Whether it was written for the declaration and never left. */
export const isUnsent = (notice: Notice): boolean =>
  !isWithdrawal(notice) && ['DRAFT', 'IN_REVIEW', 'APPROVED'].includes(notice.state);

/** Drafts the withdrawal of a notice that was sent, to the same tenant (I-7). LEGAL approves it like any other. */
export function withdraw(sent: Notice, order: WithdrawalOrder, act: Act): NoticeChange {
  const { incidentId, tenantId, phase, fields } = sent;
  const { body, sha256 } = renderWithdrawal({ ...order, phase, fields, sentAt: sent.sentAt ?? sent.createdAt });
  const notice: Notice = {
    ...{ id: order.id, version: 1, incidentId, tenantId, phase: 'WITHDRAWAL', follows: sent.id },
    ...asDraft(fields, act),
    ...{ body, sha256, citedActions: [] },
  };
  return { state: notice, events: [changed(notice, act.now)] };
}

/**
 * Neither gate G4 nor the tenant's scope is asked: both may be gone with the declaration, and what was told must be
 * taken back all the same. The approval is asked.
 *
 * Errors: NOTICE_NOT_APPROVED, NOTICE_STATE_REFUSED.
 */
export function sendWithdrawal(notice: Notice, act: Act): NoticeChange {
  mustBeApproved(notice);
  return enter({ ...notice, sentAt: act.now }, 'SENT', act.now);
}

/** SENT -> SUPERSEDED: its withdrawal has been sent. */
export const supersede = (notice: Notice, now: Date): NoticeChange => enter(notice, 'SUPERSEDED', now);

/** Before SENT -> CANCELLED. */
export const cancelNotice = (notice: Notice, now: Date): NoticeChange => enter(notice, 'CANCELLED', now);

function enter(notice: Notice, to: NoticeState, now: Date): NoticeChange {
  const state: Notice = { ...notice, state: to, version: notice.version + 1 };
  return { state, events: [changed(state, now)] };
}

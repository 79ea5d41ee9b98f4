import { occurred, TransferChanged, type Change, type TransferState } from '@tocsin/contracts';
import { InvalidInput, ReasonRequired, SamePersonRefused, TimeOrderInvalid } from '@tocsin/errors';
import { actingAs, decided, type Act } from './act.ts';
import {
  ApprovalTextRequired,
  TransferContentChanged,
  TransferDecided,
  TransferExpired,
  TransferNotApproved,
} from './errors.ts';
import { about, type Incident } from './incident.ts';
import { textOf } from './text.ts';

/** A piece of evidence that is to leave, as it was when the transfer was requested. */
export interface TransferItem {
  /** The evidence's id. */
  readonly ref: string;
  /** SHA-256 of its bytes, 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** Evidence that is to leave the incident, and the incident manager's written word on it (R-62, I-34). */
export interface Transfer {
  readonly id: string;
  readonly version: number;
  readonly incidentId: string;
  /** The exercise that its incident is part of; null for a real one (I-35). */
  readonly exerciseId: string | null;
  /** The ticket in which the approval is asked for, as people know it. */
  readonly ticketId: string;
  readonly items: readonly TransferItem[];
  /** To whom it goes, and where. */
  readonly destination: string;
  readonly purpose: string;
  readonly state: TransferState;
  readonly requestedBy: string;
  readonly approvedBy: string | null;
  readonly approvedAt: Date | null;
  readonly approvalText: string | null;
  readonly executedBy: string | null;
  /** From this instant on nothing leaves by it: a request and an approval are good for 24 hours at most (S-46). */
  readonly expiresAt: Date;
}

export type TransferChange = Change<Transfer, 'incident'>;

export interface TransferOrder {
  readonly transferId: string;
  readonly ticketId: string;
  readonly destination: string;
  readonly purpose: string;
}

const longestMs = 24 * 3_600_000;

/** Asks for it; nothing may leave yet. Errors: INVALID_INPUT. */
export function request(
  incident: Incident,
  order: TransferOrder,
  items: readonly TransferItem[],
  act: Act,
): TransferChange {
  if (items.length === 0 || items.length > 100)
    throw InvalidInput({ field: 'evidenceIds', reason: 'must name 1 to 100 pieces of evidence' });
  const transfer: Transfer = {
    id: order.transferId,
    version: 1,
    incidentId: incident.id,
    exerciseId: incident.exerciseId,
    ticketId: textOf('ticketId', order.ticketId, 200),
    items,
    destination: textOf('destination', order.destination, 500),
    purpose: textOf('purpose', order.purpose, 2_000),
    state: 'REQUESTED',
    requestedBy: act.actorId,
    approvedBy: null,
    approvedAt: null,
    approvalText: null,
    executedBy: null,
    expiresAt: new Date(act.now.getTime() + longestMs),
  };
  return changed(transfer, act.now);
}

/**
 * The incident manager's approval, in writing and for 24 hours at most; not of what he asked for himself.
 *
 * Errors: TRANSFER_DECIDED, TRANSFER_EXPIRED, SAME_PERSON_REFUSED, APPROVAL_TEXT_REQUIRED, INVALID_INPUT,
 * TIME_ORDER_INVALID.
 */
export function approve(
  transfer: Transfer,
  order: { readonly approvalText: string; readonly expiresAt: Date | null },
  act: Act,
): TransferChange {
  mustBeUndecided(transfer, act.now);
  if (act.actorId === transfer.requestedBy) throw SamePersonRefused();
  const approvalText = order.approvalText.trim();
  if (approvalText === '') throw ApprovalTextRequired();
  const latest = new Date(act.now.getTime() + longestMs);
  const expiresAt = order.expiresAt ?? latest;
  if (expiresAt <= act.now) throw TimeOrderInvalid({ field: 'expiresAt' });
  if (expiresAt > latest) throw InvalidInput({ field: 'expiresAt', reason: 'must be within 24 hours' });
  const approval = { approvedBy: act.actorId, approvedAt: act.now, approvalText, expiresAt };
  return decide({ ...transfer, ...approval, state: 'APPROVED' }, approvalText, act);
}

/** Errors: TRANSFER_DECIDED, TRANSFER_EXPIRED, REASON_REQUIRED. */
export function reject(transfer: Transfer, { reason }: { readonly reason: string }, act: Act): TransferChange {
  mustBeUndecided(transfer, act.now);
  if (reason.trim() === '') throw ReasonRequired();
  return decide({ ...transfer, state: 'REJECTED' }, reason, act);
}

/**
 * Lets what was approved leave, once.
 *
 * @param stored the digests of the stored bytes by evidence id.
 * Errors: TRANSFER_EXPIRED, TRANSFER_NOT_APPROVED, TRANSFER_CONTENT_CHANGED.
 */
export function execute(transfer: Transfer, stored: ReadonlyMap<string, string>, act: Act): TransferChange {
  mustBeIn(transfer, 'APPROVED', act.now);
  mustBeUnchanged(transfer.items, stored);
  return changed(succeed({ ...transfer, state: 'EXECUTED', executedBy: act.actorId }), act.now);
}

/** Whether an item may go through now. Errors: TRANSFER_EXPIRED, TRANSFER_NOT_APPROVED, TRANSFER_CONTENT_CHANGED. */
export function mustBeLeaving(transfer: Transfer, item: TransferItem, storedSha256: string, now: Date): void {
  mustBeIn(transfer, 'EXECUTED', now);
  mustBeUnchanged([item], new Map([[item.ref, storedSha256]]));
}

/** A request or an approval whose time is over. */
export const expire = (transfer: Transfer, now: Date): TransferChange =>
  changed(succeed({ ...transfer, state: 'EXPIRED' }), now);

/** The state as it is now: time may have run out since it was last stored. */
export const stateAt = ({ state, expiresAt }: Transfer, now: Date): TransferState =>
  (state === 'REQUESTED' || state === 'APPROVED') && expiresAt <= now ? 'EXPIRED' : state;

function mustBeUndecided(transfer: Transfer, now: Date): void {
  const state = stateAt(transfer, now);
  if (state === 'EXPIRED') throw TransferExpired({ expiresAt: transfer.expiresAt.toISOString() });
  if (state !== 'REQUESTED') throw TransferDecided({ state });
}

function mustBeIn(transfer: Transfer, wanted: TransferState, now: Date): void {
  const state = stateAt(transfer, now);
  const isOver = state === 'EXPIRED' || (state === wanted && transfer.expiresAt <= now);
  if (isOver) throw TransferExpired({ expiresAt: transfer.expiresAt.toISOString() });
  if (state !== wanted) throw TransferNotApproved({ state });
}

function mustBeUnchanged(items: readonly TransferItem[], stored: ReadonlyMap<string, string>): void {
  const evidenceIds = items.filter(({ ref, sha256 }) => stored.get(ref) !== sha256).map(({ ref }) => ref);
  if (evidenceIds.length > 0) throw TransferContentChanged({ evidenceIds });
}

const succeed = (transfer: Transfer): Transfer => ({ ...transfer, version: transfer.version + 1 });

function decide(transfer: Transfer, reason: string, act: Act): TransferChange {
  const role = actingAs(act, ['INCIDENT_MANAGER']);
  const grounds = { reason, evidenceIds: transfer.items.map(({ ref }) => ref) };
  return {
    ...changed(succeed(transfer), act.now),
    decisions: [decided(act, role, 'transfer', transfer.state, grounds)],
  };
}

function changed(transfer: Transfer, now: Date): TransferChange {
  const { id: transferId, incidentId, exerciseId, state, expiresAt } = transfer;
  const facts = {
    ...about({ id: incidentId, exerciseId }, now),
    transferId,
    state,
    expiresAt: expiresAt.toISOString(),
  };
  return { state: transfer, events: [occurred(TransferChanged, facts)] };
}

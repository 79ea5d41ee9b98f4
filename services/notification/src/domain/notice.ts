import {
  NoticeChanged,
  NoticePhase,
  occurred,
  RecipientUnresolved,
  type Change,
  type Decision,
  type NoticeState,
  type ScopeStatus,
} from '@tocsin/contracts';
import { SamePersonRefused } from '@tocsin/errors';
import { isExecuting, type Cin } from './cin.ts';
import {
  ActionRequired,
  ExecutionNotAuthorized,
  FieldMissing,
  ForeignScope,
  HoldActive,
  NoticeNotApproved,
  NoticeStateRefused,
  TenantRuledOut,
} from './errors.ts';
import type { CitedAction } from './measures.ts';
import { notYetKnown, renderNotice, requiredFields, type NoticeFields } from './rendering.ts';

/** What is owed to one tenant in one phase, in one version. */
export interface Notice {
  readonly id: string;
  readonly version: number;
  readonly incidentId: string;
  readonly tenantId: string;
  readonly phase: NoticePhase;
  /** The notice that this one withdraws. */
  readonly follows: string | null;
  readonly noticeVersion: number;
  readonly state: NoticeState;
  readonly fields: NoticeFields;
  /** The actions it cites as measures, as they were when it was drafted. */
  readonly citedActions: readonly CitedAction[];
  readonly body: string;
  readonly sha256: string;
  readonly authorId: string;
  readonly approvedBy: string | null;
  readonly sentAt: Date | null;
  /** A subscription had nobody to mail to when the notice was sent. */
  readonly unresolved: boolean;
  readonly createdAt: Date;
}

/** What this service knows of a tenant's part in the incident. */
export interface KnownScope {
  readonly incidentId: string;
  readonly tenantId: string;
  readonly subscriptionIds: readonly string[];
  readonly status: ScopeStatus;
  readonly dataCategories: readonly string[];
}

export interface Act {
  readonly by: string;
  readonly role: string;
  readonly now: Date;
  readonly decisionId: string;
  readonly reason: string;
}

/** The phases that a person drafts; a WITHDRAWAL follows from a retraction. */
export const DraftPhase = NoticePhase.exclude(['WITHDRAWAL']);
export type DraftPhase = Exclude<NoticePhase, 'WITHDRAWAL'>;

export interface DraftOrder {
  readonly id: string;
  readonly phase: DraftPhase;
  readonly tenantName: string;
  readonly fields: NoticeFields;
  readonly cited: readonly CitedAction[];
}

/** A draft may be written before the declaration; it needs every field, and an action to take. */
export function draft(scope: KnownScope | null, order: DraftOrder, act: Act): Change<Notice, 'notification'> {
  if (scope === null || scope.status === 'RULED_OUT') throw ForeignScope();
  checkFields(order.fields, order.phase);
  const { body, sha256 } = renderNotice({ ...order, subscriptionIds: scope.subscriptionIds });
  const notice: Notice = {
    id: order.id,
    version: 1,
    incidentId: scope.incidentId,
    tenantId: scope.tenantId,
    phase: order.phase,
    follows: null,
    ...asDraft(order.fields, act),
    citedActions: order.cited,
    body,
    sha256,
  };
  return { state: notice, events: [changed(notice, act.now)] };
}

/** What every draft has in common. */
export const asDraft = (fields: NoticeFields, act: Act) => ({
  noticeVersion: 1,
  state: 'DRAFT' as const,
  fields,
  authorId: act.by,
  approvedBy: null,
  sentAt: null,
  unresolved: false,
  createdAt: act.now,
});

function checkFields(fields: NoticeFields, phase: DraftPhase): void {
  const missing = requiredFields.filter(
    (name) => fields[name].trim() === '' || (phase === 'FINAL' && fields[name] === notYetKnown),
  );
  if (missing.length > 0) throw FieldMissing({ fields: missing });
  if (fields.recommendedActions.every((action) => action.trim() === '')) throw ActionRequired();
}

/** A second person approves exactly these bytes (I-25, R-60). */
export function approve(notice: Notice, act: Act): Change<Notice, 'notification'> {
  if (notice.state !== 'DRAFT') throw NoticeStateRefused({ state: notice.state });
  if (notice.authorId === act.by) throw SamePersonRefused();
  const state: Notice = { ...notice, state: 'APPROVED', approvedBy: act.by, version: notice.version + 1 };
  return { state, events: [changed(state, act.now)], decisions: [approval(state, act)] };
}

const approval = (notice: Notice, act: Act): Decision => ({
  id: act.decisionId,
  kind: 'noticeApproval',
  value: { noticeId: notice.id, noticeVersion: notice.noticeVersion, sha256: notice.sha256 },
  actorId: act.by,
  role: act.role,
  at: act.now,
  reason: act.reason,
  evidenceIds: [],
  policyVersion: '2026-11',
});

export interface Gates {
  readonly scope: KnownScope | null;
  readonly cin: Cin;
  /** The ACTIVE holds that stop what the tenant is owed. */
  readonly holdIds: readonly string[];
  readonly unresolved: boolean;
}

/** Checked in the transaction that plans the deliveries (E-11): approved, authorised, not held, tenant affected. */
export function send(notice: Notice, gates: Gates, act: Act): Change<Notice, 'notification'> {
  const { scope, cin, holdIds, unresolved } = gates;
  mustBeApproved(notice);
  if (!isExecuting(cin)) throw ExecutionNotAuthorized({ cin: cin.state });
  if (holdIds.length > 0) throw HoldActive({ holdIds });
  if (scope === null || !isAffected(scope)) throw TenantRuledOut({ tenantId: notice.tenantId });
  const state: Notice = { ...notice, state: 'SENT', sentAt: act.now, unresolved, version: notice.version + 1 };
  const { incidentId, id: noticeId, tenantId } = state;
  const alarm = occurred(RecipientUnresolved, { incidentId, noticeId, tenantId, at: act.now.toISOString() });
  return { state, events: unresolved ? [changed(state, act.now), alarm] : [changed(state, act.now)] };
}

/** Errors: NOTICE_NOT_APPROVED; NOTICE_STATE_REFUSED, if approval could not help any more. */
export function mustBeApproved({ state }: Notice): void {
  if (state === 'DRAFT' || state === 'IN_REVIEW') throw NoticeNotApproved({ state });
  if (state !== 'APPROVED') throw NoticeStateRefused({ state });
}

/** LIKELY and CONFIRMED get a notice, nobody else does (I-27). */
export const isAffected = (scope: KnownScope): boolean => scope.status === 'LIKELY' || scope.status === 'CONFIRMED';

export const changed = (notice: Notice, now: Date) =>
  occurred(NoticeChanged, {
    incidentId: notice.incidentId,
    noticeId: notice.id,
    noticeVersion: notice.noticeVersion,
    phase: notice.phase,
    tenantId: notice.tenantId,
    state: notice.state,
    sha256: notice.sha256,
    at: now.toISOString(),
  });

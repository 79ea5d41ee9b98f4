import {
  DeliveryChanged,
  occurred,
  type Change,
  type Channel,
  type ContactRole,
  type DeliveryState,
} from '@tocsin/contracts';
import type { Notice } from './notice.ts';
import type { FeedChannel, MailRecipient } from './recipients.ts';

/** One version of a notice to one recipient over one channel: a row of the ledger. */
export interface Delivery {
  readonly id: string;
  readonly version: number;
  readonly incidentId: string;
  readonly noticeId: string;
  readonly noticeVersion: number;
  readonly tenantId: string;
  readonly channel: Channel;
  /** The contact's id, or the tenant's for a feed. */
  readonly recipient: string;
  /** The address as it was when the notice was sent (P7); null for a feed. */
  readonly addressFrozen: string | null;
  readonly role: ContactRole | null;
  readonly fallback: boolean;
  readonly state: DeliveryState;
  readonly attempt: number;
  readonly nextAttemptAt: Date | null;
  readonly leaseUntil: Date | null;
  readonly messageId: string | null;
  /** The mail server's last answer, such as 250 or 550. */
  readonly replyCode: number | null;
  /** The trace of the command that sent the notice. */
  readonly traceparent: string | null;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
}

interface Planned {
  readonly id: string;
  readonly now: Date;
  readonly traceparent: string | null;
}

/** A post in the customer's own portal is there once the transaction commits. */
export const publish = (notice: Notice, channel: FeedChannel, { id, now, traceparent }: Planned) =>
  enter(
    { ...blank(notice, now), id, traceparent, channel, recipient: notice.tenantId, settledAt: now, version: 0 },
    'DELIVERED',
    now,
  );

export const planMail = (notice: Notice, to: MailRecipient, domain: string, { id, now, traceparent }: Planned) =>
  enter(
    {
      ...blank(notice, now),
      id,
      traceparent,
      version: 0,
      channel: 'EMAIL' as const,
      recipient: to.contactId,
      addressFrozen: to.address,
      role: to.role,
      fallback: to.fallback,
      nextAttemptAt: now,
      messageId: `<${id}@${domain}>`,
    },
    'PLANNED',
    now,
  );

const blank = (notice: Notice, now: Date) => ({
  incidentId: notice.incidentId,
  noticeId: notice.id,
  noticeVersion: notice.noticeVersion,
  tenantId: notice.tenantId,
  addressFrozen: null,
  role: null,
  fallback: false,
  state: 'PLANNED' as const,
  attempt: 0,
  nextAttemptAt: null,
  leaseUntil: null,
  messageId: null,
  replyCode: null,
  createdAt: now,
  settledAt: null,
});

/** Milliseconds a worker may hold a delivery; past it nobody knows whether the mail left. */
export const leaseMs = 120_000;

/** Committed before the first byte is sent, so that a crash is seen. */
export const submit = (delivery: Delivery, now: Date): Change<Delivery, 'notification'> =>
  enter(
    { ...delivery, attempt: delivery.attempt + 1, nextAttemptAt: null, leaseUntil: new Date(now.getTime() + leaseMs) },
    'SUBMITTING',
    now,
  );

/** It has not left, and is not to any more. */
export const cancel = (delivery: Delivery, now: Date): Change<Delivery, 'notification'> =>
  enter({ ...delivery, nextAttemptAt: null, settledAt: now }, 'CANCELLED', now);

/** It has not left and would be sent: the next attempt is due or planned. */
export const isWaiting = ({ state }: Delivery): boolean => state === 'PLANNED' || state === 'DEFERRED';

/** The recipient has it, or may have it: whoever may have read it must hear that it is withdrawn. */
export const mayHaveArrived = ({ state }: Delivery): boolean =>
  ['SUBMITTING', 'ACCEPTED', 'DELIVERED', 'IN_DOUBT'].includes(state);

/** What one talk with the mail server showed (`eventing.md` section 9). */
export type Outcome =
  | { readonly kind: 'accepted'; readonly replyCode: number }
  /** Not sent, surely: try again; `now`: the server was not even asked. */
  | { readonly kind: 'deferred'; readonly replyCode: number | null; readonly soon: boolean }
  /** The recipient was refused for good. */
  | { readonly kind: 'bounced'; readonly replyCode: number }
  /** The message may or may not have been taken: never sent again by itself. */
  | { readonly kind: 'in-doubt' };

const minute = 60_000;
const pauses = [1 * minute, 5 * minute, 15 * minute];

export function settle(delivery: Delivery, outcome: Outcome, now: Date): Change<Delivery, 'notification'> {
  const free = { ...delivery, leaseUntil: null };
  switch (outcome.kind) {
    case 'accepted':
      return enter({ ...free, replyCode: outcome.replyCode, settledAt: now }, 'ACCEPTED', now);
    case 'bounced':
      return enter({ ...free, replyCode: outcome.replyCode, settledAt: now }, 'BOUNCED', now);
    case 'in-doubt':
      return enter(free, 'IN_DOUBT', now);
    case 'deferred': {
      const pause = outcome.soon
        ? Math.min(minute, 1_000 * 2 ** (delivery.attempt - 1))
        : (pauses[delivery.attempt - 1] ?? 60 * minute);
      const nextAttemptAt = new Date(now.getTime() + pause);
      return enter({ ...free, replyCode: outcome.replyCode, nextAttemptAt }, 'DEFERRED', now);
    }
  }
}

/** Effective: it meets the obligation (`domain.md` section 5). */
export const isEffective = ({ channel, state }: Pick<Delivery, 'channel' | 'state'>): boolean =>
  channel === 'EMAIL' ? state === 'ACCEPTED' || state === 'DELIVERED' : state === 'DELIVERED';

function enter(delivery: Delivery, state: DeliveryState, now: Date): Change<Delivery, 'notification'> {
  const next: Delivery = { ...delivery, state, version: delivery.version + 1 };
  const { incidentId, id: deliveryId, noticeId, tenantId, channel, role } = next;
  const event = occurred(DeliveryChanged, {
    incidentId,
    deliveryId,
    noticeId,
    tenantId,
    channel,
    ...(role !== null && { role }),
    state,
    at: now.toISOString(),
  });
  return { state: next, events: [event] };
}

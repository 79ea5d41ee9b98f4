import type { Change } from '@tocsin/contracts';
import type { Callee, Page } from './page.ts';
import type { PageChannel } from './page-contact.ts';

/** One message of a page: to one person, by one way, in one step. It holds no address; that is looked up when it is sent. */
export interface PageMessage {
  readonly id: string;
  readonly version: number;
  readonly pageId: string;
  readonly round: number;
  readonly step: number;
  readonly principalId: string;
  readonly channel: PageChannel;
  readonly state: PageMessageState;
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly leaseUntil: Date | null;
  readonly plannedAt: Date;
  readonly sentAt: Date | null;
}

/**
 * PLANNED -> SENDING -> SENT, or PLANNED again after a failure that may pass. FAILED is for good; CANCELLED was not
 * sent, because the page was over first.
 */
export type PageMessageState = 'PLANNED' | 'SENDING' | 'SENT' | 'FAILED' | 'CANCELLED';

type MessageChange = Change<PageMessage, 'incident'>;

export const planMessage = (
  { id: pageId, round, step }: Page,
  { principalId, channel }: Callee,
  { now, newId }: { readonly now: Date; readonly newId: () => string },
): MessageChange => ({
  state: {
    id: newId(),
    version: 1,
    pageId,
    round,
    step,
    principalId,
    channel,
    state: 'PLANNED',
    attempts: 0,
    nextAttemptAt: now,
    leaseUntil: null,
    plannedAt: now,
    sentAt: null,
  },
  events: [],
});

/** Milliseconds for one attempt; past it the worker is taken for dead, and the message is sent again. */
export const leaseMs = 60_000;

/** Committed before the first byte is sent. */
export const claimMessage = (message: PageMessage, now: Date): MessageChange =>
  enter(message, {
    state: 'SENDING',
    attempts: message.attempts + 1,
    nextAttemptAt: null,
    leaseUntil: new Date(now.getTime() + leaseMs),
  });

export const cancelMessage = (message: PageMessage): MessageChange =>
  enter(message, { state: 'CANCELLED', nextAttemptAt: null, leaseUntil: null });

/** What one attempt showed; `refused` will not change by trying again. */
export type Outcome = 'sent' | 'refused' | 'failed';

const second = 1_000;
/** Until the next attempt, by the attempts made. A step is given minutes, so it is tried often at first. */
const pauses = [1, 5, 15, 30, 60, 120, 300].map((seconds) => seconds * second);

export function settleMessage(message: PageMessage, outcome: Outcome, now: Date): MessageChange {
  const free = { leaseUntil: null, nextAttemptAt: null };
  if (outcome === 'sent') return enter(message, { ...free, state: 'SENT', sentAt: now });
  const pause = pauses[message.attempts - 1];
  if (outcome === 'refused' || pause === undefined) return enter(message, { ...free, state: 'FAILED' });
  return enter(message, { ...free, state: 'PLANNED', nextAttemptAt: new Date(now.getTime() + pause) });
}

const enter = (message: PageMessage, patch: Partial<PageMessage>): MessageChange => ({
  state: { ...message, ...patch, version: message.version + 1 },
  events: [],
});

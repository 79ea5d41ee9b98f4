import { occurred, PageChanged, type Change, type PageKind, type PageState } from '@tocsin/contracts';
import type { PageChannel } from './page-contact.ts';
import { planMessage, type PageMessage } from './page-message.ts';

/**
 * Somebody is needed at once. It goes from step to step of the escalation chain until somebody acknowledges it. Times
 * are the database's.
 */
export interface Page {
  readonly id: string;
  readonly version: number;
  /** For people to say aloud; from a sequence, so it may have gaps. */
  readonly number: number;
  readonly kind: PageKind;
  /** What it is about; there is one page for each kind and subject. */
  readonly subjectId: string;
  readonly incidentId: string | null;
  /** The exercise that its incident is part of; null for a real one, and without an incident (I-35). */
  readonly exerciseId: string | null;
  readonly state: PageState;
  /** 1, and one more each time the chain begins again. */
  readonly round: number;
  /** The step of the chain that was called last, from 1; 0 before anybody was. */
  readonly step: number;
  readonly openedAt: Date;
  /** When the next step is called if nobody acknowledges; null once the page is over. */
  readonly nextStepAt: Date | null;
  readonly acknowledgedAt: Date | null;
  readonly acknowledgedBy: string | null;
}

export interface PageOrder {
  readonly kind: PageKind;
  readonly incidentId: string | null;
  readonly subjectId: string;
}

/** Times the whole chain is called before the page stays UNACKNOWLEDGED. */
export const longestRounds = 3;

/** A page that is due at once: the first step is called as soon as it is committed. */
export const openPage = (
  order: PageOrder & Pick<Page, 'exerciseId'>,
  { id, number, now }: { readonly id: string; readonly number: number; readonly now: Date },
): Change<Page, 'incident'> =>
  enter(
    {
      id,
      version: 0,
      number,
      ...order,
      state: 'OPEN',
      round: 1,
      step: 0,
      openedAt: now,
      nextStepAt: now,
      acknowledgedAt: null,
      acknowledgedBy: null,
    },
    {},
    now,
  );

/** One way to one person. */
export interface Callee {
  readonly principalId: string;
  readonly channel: PageChannel;
}

export interface Escalation {
  readonly page: Change<Page, 'incident'>;
  readonly messages: readonly Change<PageMessage, 'incident'>[];
}

/**
 * Calls the next step in which anybody can be reached; after the last the chain begins again. When its rounds are over
 * the page stays UNACKNOWLEDGED; while nobody at all can be reached it is UNREACHABLE, and looks again. It is never
 * given up silently.
 *
 * @param chain whom each step reaches; steps that reach nobody are passed over without waiting.
 * @param waitMs how long a step has to acknowledge.
 */
export function escalate(
  page: Page,
  chain: readonly (readonly Callee[])[],
  waitMs: number,
  act: { readonly now: Date; readonly newId: () => string },
): Escalation {
  const nextStepAt = new Date(act.now.getTime() + waitMs);
  const reachable = chain.flatMap((callees, index) => (callees.length > 0 ? [{ n: index + 1, callees }] : []));
  const [first] = reachable;
  if (first === undefined) return { page: enter(page, { state: 'UNREACHABLE', nextStepAt }, act.now), messages: [] };
  const next = reachable.find(({ n }) => n > page.step);
  if (next === undefined && page.round % longestRounds === 0)
    return { page: enter(page, { state: 'UNACKNOWLEDGED', nextStepAt: null }, act.now), messages: [] };
  const { n: step, callees } = next ?? first;
  const round = next === undefined ? page.round + 1 : page.round;
  const called = enter(page, { state: 'OPEN', round, step, nextStepAt }, act.now);
  return { page: called, messages: callees.map((callee) => planMessage(called.state, callee, act)) };
}

/** Whether somebody may still be called for it. */
export const isCalling = ({ state }: Page): boolean => state === 'OPEN' || state === 'UNREACHABLE';

/** Somebody takes it; nobody else is called. A page that is over stays as it is: null. */
export function acknowledge(page: Page, by: string, now: Date): Change<Page, 'incident'> | null {
  if (page.state === 'ACKNOWLEDGED' || page.state === 'CANCELLED') return null;
  return enter(page, { state: 'ACKNOWLEDGED', nextStepAt: null, acknowledgedAt: now, acknowledgedBy: by }, now);
}

/**
 * What it was about has come up again: the chain is called anew, for as many rounds as the first time. Rounds count on,
 * so that no message is taken for one of before.
 */
export const callAnew = (page: Page, now: Date): Change<Page, 'incident'> => {
  const round = Math.ceil(page.round / longestRounds) * longestRounds + 1;
  const fresh = { openedAt: now, nextStepAt: now, acknowledgedAt: null, acknowledgedBy: null };
  return enter(page, { ...fresh, state: 'OPEN', round, step: 0 }, now);
};

/** What it was about is over. */
export const cancelPage = (page: Page, now: Date): Change<Page, 'incident'> =>
  enter(page, { state: 'CANCELLED', nextStepAt: null }, now);

function enter(page: Page, patch: Partial<Page>, now: Date): Change<Page, 'incident'> {
  const state: Page = { ...page, ...patch, version: page.version + 1 };
  const { id: pageId, incidentId, exerciseId, kind, round, step } = state;
  const of = { ...(incidentId !== null && { incidentId }), ...(exerciseId !== null && { exerciseId }) };
  return {
    state,
    events: [occurred(PageChanged, { ...of, at: now.toISOString(), pageId, kind, state: state.state, round, step })],
  };
}

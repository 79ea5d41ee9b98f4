import { NotFound, SamePersonRefused } from '@tocsin/errors';
import { actingAs, decided, mustBeGrounded, type Act, type Grounds } from './act.ts';
import type { Incident } from './incident.ts';
import { changed, mustBeIn, type PostMortem, type PostMortemChange } from './post-mortem.ts';
import { textOf } from './text.ts';

export interface SummaryOrder {
  readonly text: string;
}

/**
 * Writes the summary in any state. Each text has its own id, so that what was cited by it never changes, and a new one
 * waits for its own approval.
 *
 * Errors: INVALID_INPUT.
 */
export function saveSummary(postMortem: PostMortem, order: SummaryOrder, act: Act): PostMortemChange {
  const authorIds = [...new Set([...(postMortem.summary?.authorIds ?? []), act.actorId])];
  const summary = { id: act.newId(), text: textOf('text', order.text, 10_000), authorIds, approvedBy: null };
  return changed(postMortem, { summary }, act.now);
}

/**
 * LEGAL lets others see it; only then can it be cited. Never before the post-mortem itself is approved.
 *
 * Errors: POST_MORTEM_STATE, NOT_FOUND (no summary), SAME_PERSON_REFUSED, REASON_REQUIRED, EVIDENCE_UNKNOWN.
 */
export function approveSummary(incident: Incident, postMortem: PostMortem, order: Grounds, act: Act): PostMortemChange {
  const role = actingAs(act, ['LEGAL']);
  mustBeIn(postMortem, 'APPROVED', 'ACTIONS_OPEN', 'COMPLETE');
  const { summary } = postMortem;
  if (summary === null) throw NotFound();
  if (summary.authorIds.includes(act.actorId)) throw SamePersonRefused();
  mustBeGrounded(incident, order);
  const decisions = [decided(act, role, 'postMortemSummary', summary.id, order)];
  return { ...changed(postMortem, { summary: { ...summary, approvedBy: act.actorId } }, act.now), decisions };
}

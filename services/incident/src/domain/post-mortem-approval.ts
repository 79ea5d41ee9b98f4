import { NotFound, SamePersonRefused } from '@tocsin/errors';
import { actingAs, decided, mustBeGrounded, type Act, type Grounds } from './act.ts';
import { SopListRequired, SopUpdateOpen, SufficiencyUnanswered } from './errors.ts';
import type { Incident } from './incident.ts';
import { changed, mustBeIn, openUpdates, type PostMortem, type PostMortemChange } from './post-mortem.ts';
import { textOf } from './text.ts';

/**
 * REVIEW -> APPROVED, or ACTIONS_OPEN while procedures lack their new version. By somebody who wrote none of it.
 *
 * Errors: POST_MORTEM_STATE, SAME_PERSON_REFUSED, SUFFICIENCY_UNANSWERED, SOP_LIST_REQUIRED (I-31),
 * REASON_REQUIRED, EVIDENCE_UNKNOWN.
 */
export function approve(incident: Incident, postMortem: PostMortem, order: Grounds, act: Act): PostMortemChange {
  const role = actingAs(act, ['INCIDENT_MANAGER']);
  mustBeIn(postMortem, 'REVIEW');
  if (postMortem.authorIds.includes(act.actorId)) throw SamePersonRefused();
  if (postMortem.responseSufficient === null || postMortem.proceduresSufficient === null) throw SufficiencyUnanswered();
  if (postMortem.sopUpdates.length === 0 && postMortem.noUpdateReason === null) throw SopListRequired();
  mustBeGrounded(incident, order);
  const state = openUpdates(postMortem).length > 0 ? 'ACTIONS_OPEN' : 'APPROVED';
  const decisions = [decided(act, role, 'postMortem', 'APPROVED', order)];
  return { ...changed(postMortem, { state, approvedBy: act.actorId }, act.now), decisions };
}

export interface SopVersionOrder {
  readonly sop: string;
  readonly toVersion: string;
}

/** Records which version of a procedure holds what was learnt. Errors: POST_MORTEM_STATE, NOT_FOUND, INVALID_INPUT. */
export function recordSopVersion(postMortem: PostMortem, order: SopVersionOrder, act: Act): PostMortemChange {
  mustBeIn(postMortem, 'ACTIONS_OPEN');
  if (!postMortem.sopUpdates.some(({ sop }) => sop === order.sop)) throw NotFound();
  const toVersion = textOf('toVersion', order.toVersion, 100);
  const sopUpdates = postMortem.sopUpdates.map((update) =>
    update.sop === order.sop ? { ...update, toVersion } : update,
  );
  return changed(postMortem, { sopUpdates }, act.now);
}

/** APPROVED or ACTIONS_OPEN -> COMPLETE, once every procedure has its new version. Errors: POST_MORTEM_STATE, SOP_UPDATE_OPEN. */
export function complete(postMortem: PostMortem, act: Act): PostMortemChange {
  mustBeIn(postMortem, 'APPROVED', 'ACTIONS_OPEN');
  const open = openUpdates(postMortem);
  // A count, because the details of refusals may be logged, and names of procedures are part of the text.
  if (open.length > 0) throw SopUpdateOpen({ open: open.length });
  return changed(postMortem, { state: 'COMPLETE' }, act.now);
}

import { InvalidInput } from '@tocsin/errors';
import { actingAs, decided, mustBeGrounded, type Act, type Grounds } from './act.ts';
import type { Incident } from './incident.ts';
import {
  changed,
  mustBeIn,
  type PostMortem,
  type PostMortemChange,
  type Sufficiency,
  type SopUpdate,
} from './post-mortem.ts';
import { textOf } from './text.ts';

/** The roles that write and read post-mortems. */
export const reviewers = ['INCIDENT_MANAGER', 'EXECUTIVE_INCIDENT_MANAGER', 'LEGAL', 'PRIVACY_OFFICER'] as const;

/** The whole text: saving replaces what was there. Answers may still be missing while it is a draft. */
export interface DraftOrder {
  readonly details: string;
  readonly responseSufficient: Sufficiency | null;
  readonly proceduresSufficient: Sufficiency | null;
  readonly sopUpdates: readonly SopUpdate[];
  readonly noUpdateReason: string | null;
}

/** The draft of an incident that has none yet; version 0, so that the first to save makes version 1. */
export const blank = (incident: Incident, id: string): PostMortem => ({
  id,
  version: 0,
  incidentId: incident.id,
  state: 'DRAFT',
  authorIds: [],
  details: '',
  responseSufficient: null,
  proceduresSufficient: null,
  sopUpdates: [],
  noUpdateReason: null,
  approvedBy: null,
  summary: null,
});

/** Writes the draft. Errors: POST_MORTEM_STATE, INVALID_INPUT. */
export function save(postMortem: PostMortem, order: DraftOrder, act: Act): PostMortemChange {
  mustBeIn(postMortem, 'DRAFT');
  const { responseSufficient, proceduresSufficient, noUpdateReason } = order;
  return changed(
    postMortem,
    {
      authorIds: [...new Set([...postMortem.authorIds, act.actorId])],
      details: textOf('details', order.details, 50_000),
      responseSufficient: sufficiencyOf('responseSufficient', responseSufficient),
      proceduresSufficient: sufficiencyOf('proceduresSufficient', proceduresSufficient),
      sopUpdates: updatesOf(order.sopUpdates),
      noUpdateReason: noUpdateReason === null ? null : textOf('noUpdateReason', noUpdateReason, 2_000),
    },
    act.now,
  );
}

/** DRAFT -> REVIEW. Errors: POST_MORTEM_STATE. */
export function submit(postMortem: PostMortem, act: Act): PostMortemChange {
  mustBeIn(postMortem, 'DRAFT');
  return changed(postMortem, { state: 'REVIEW' }, act.now);
}

/** REVIEW -> DRAFT, with a reason. Errors: POST_MORTEM_STATE, REASON_REQUIRED, EVIDENCE_UNKNOWN. */
export function giveBack(incident: Incident, postMortem: PostMortem, order: Grounds, act: Act): PostMortemChange {
  const role = actingAs(act, reviewers);
  mustBeIn(postMortem, 'REVIEW');
  mustBeGrounded(incident, order);
  const decisions = [decided(act, role, 'postMortem', 'RETURNED', order)];
  return { ...changed(postMortem, { state: 'DRAFT' }, act.now), decisions };
}

const sufficiencyOf = (field: string, given: Sufficiency | null): Sufficiency | null =>
  given === null ? null : { answer: given.answer, why: textOf(`${field}.why`, given.why, 10_000) };

function updatesOf(given: readonly SopUpdate[]): readonly SopUpdate[] {
  const updates = given.map(({ sop, fromVersion, toVersion, owner, dueAt }): SopUpdate => ({
    sop: textOf('sopUpdates.sop', sop, 200),
    fromVersion: textOf('sopUpdates.fromVersion', fromVersion, 100),
    toVersion: toVersion === null ? null : textOf('sopUpdates.toVersion', toVersion, 100),
    owner: textOf('sopUpdates.owner', owner, 200),
    dueAt,
  }));
  if (new Set(updates.map(({ sop }) => sop)).size < updates.length)
    throw InvalidInput({ field: 'sopUpdates', reason: 'names a procedure twice' });
  return updates;
}

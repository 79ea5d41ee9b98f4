import { occurred, PostMortemChanged, type Change, type PostMortemState } from '@tocsin/contracts';
import { PostMortemStateRefused } from './errors.ts';

/** Whether something was sufficient, and why. */
export interface Sufficiency {
  readonly answer: boolean;
  readonly why: string;
}

/** One standard operating procedure that has to change; open until its new version is known. */
export interface SopUpdate {
  readonly sop: string;
  readonly fromVersion: string;
  readonly toVersion: string | null;
  /** Who sees to it, and by when: so that it may outlast the closing (I-32). */
  readonly owner: string;
  readonly dueAt: Date;
}

/** What may be told of the post-mortem once LEGAL has approved it. */
export interface Summary {
  readonly id: string;
  readonly text: string;
  readonly authorIds: readonly string[];
  readonly approvedBy: string | null;
}

/** What went wrong and what is learnt from it; one for each incident, and read by few. */
export interface PostMortem {
  readonly id: string;
  readonly version: number;
  readonly incidentId: string;
  readonly state: PostMortemState;
  /** Everybody who ever saved it: none of them approves it. */
  readonly authorIds: readonly string[];
  readonly details: string;
  readonly responseSufficient: Sufficiency | null;
  readonly proceduresSufficient: Sufficiency | null;
  readonly sopUpdates: readonly SopUpdate[];
  /** Why no procedure needs to change. */
  readonly noUpdateReason: string | null;
  readonly approvedBy: string | null;
  readonly summary: Summary | null;
}

export type PostMortemChange = Change<PostMortem, 'incident'>;

/** The states from APPROVED on. */
export const isApproved = (state: PostMortemState): boolean => state !== 'DRAFT' && state !== 'REVIEW';

export const openUpdates = ({ sopUpdates }: PostMortem): readonly SopUpdate[] =>
  sopUpdates.filter(({ toVersion }) => toVersion === null);

/** @throws POST_MORTEM_STATE */
export function mustBeIn({ state }: PostMortem, ...allowed: readonly PostMortemState[]): void {
  if (!allowed.includes(state)) throw PostMortemStateRefused({ state, allowed });
}

/** The successor of a post-mortem, and its announcement: which, and how far, but no text. */
export function changed(postMortem: PostMortem, patch: Partial<PostMortem>, now: Date): PostMortemChange {
  const state: PostMortem = { ...postMortem, ...patch, version: postMortem.version + 1 };
  const data = {
    incidentId: state.incidentId,
    at: now.toISOString(),
    postMortemId: state.id,
    state: state.state,
    ...(state.summary !== null && { summaryId: state.summary.id }),
  };
  return { state, events: [occurred(PostMortemChanged, data)] };
}

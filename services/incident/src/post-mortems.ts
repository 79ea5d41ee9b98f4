import type { Operation } from '@tocsin/access';
import { expectVersion, type Transaction } from '@tocsin/database';
import { NotFound } from '@tocsin/errors';
import type { Act, Grounds } from './domain/act.ts';
import type { Incident } from './domain/incident.ts';
import * as approval from './domain/post-mortem-approval.ts';
import * as draft from './domain/post-mortem-draft.ts';
import * as summary from './domain/post-mortem-summary.ts';
import type { PostMortem, PostMortemChange } from './domain/post-mortem.ts';
import { memberActing, type IncidentTarget } from './incidents.ts';
import { postMortemStore } from './store/post-mortem-store.ts';

/** Which incident's post-mortem, and which version of the post-mortem the caller saw. */
export type PostMortemTarget = IncidentTarget;

/** Writes the draft; the first to save it, at version 0, makes it. */
export async function savePostMortem(tx: Transaction, order: PostMortemTarget & draft.DraftOrder): Promise<PostMortem> {
  const { incident, act } = await memberActing(tx, 'savePostMortem', order.incidentId);
  const present = await postMortemStore(tx).findByIncident(incident.id);
  const postMortem = present ?? draft.blank(incident, act.newId());
  expectVersion(postMortem, order.expectedVersion);
  return tx.commit(postMortemStore, draft.save(postMortem, order, act));
}

export const submitPostMortem = (tx: Transaction, order: PostMortemTarget): Promise<PostMortem> =>
  onPostMortem(tx, 'submitPostMortem', order, ({ postMortem, act }) => draft.submit(postMortem, act));

export const returnPostMortem = (tx: Transaction, order: PostMortemTarget & Grounds): Promise<PostMortem> =>
  onPostMortem(tx, 'returnPostMortem', order, ({ incident, postMortem, act }) =>
    draft.giveBack(incident, postMortem, order, act),
  );

export const approvePostMortem = (tx: Transaction, order: PostMortemTarget & Grounds): Promise<PostMortem> =>
  onPostMortem(tx, 'approvePostMortem', order, ({ incident, postMortem, act }) =>
    approval.approve(incident, postMortem, order, act),
  );

export const recordSopVersion = (
  tx: Transaction,
  order: PostMortemTarget & approval.SopVersionOrder,
): Promise<PostMortem> =>
  onPostMortem(tx, 'recordSopVersion', order, ({ postMortem, act }) =>
    approval.recordSopVersion(postMortem, order, act),
  );

export const completePostMortem = (tx: Transaction, order: PostMortemTarget): Promise<PostMortem> =>
  onPostMortem(tx, 'completePostMortem', order, ({ postMortem, act }) => approval.complete(postMortem, act));

export const saveSummary = (tx: Transaction, order: PostMortemTarget & summary.SummaryOrder): Promise<PostMortem> =>
  onPostMortem(tx, 'saveSummary', order, ({ postMortem, act }) => summary.saveSummary(postMortem, order, act));

export const approveSummary = (tx: Transaction, order: PostMortemTarget & Grounds): Promise<PostMortem> =>
  onPostMortem(tx, 'approveSummary', order, ({ incident, postMortem, act }) =>
    summary.approveSummary(incident, postMortem, order, act),
  );

interface Situation {
  readonly incident: Incident;
  readonly postMortem: PostMortem;
  readonly act: Act;
}

/** Load, may I, is it what the caller saw, decide, commit. */
async function onPostMortem(
  tx: Transaction,
  operation: Operation,
  target: PostMortemTarget,
  rule: (situation: Situation) => PostMortemChange,
): Promise<PostMortem> {
  const { incident, act } = await memberActing(tx, operation, target.incidentId);
  const postMortem = await postMortemStore(tx).findByIncident(incident.id);
  if (postMortem === null) throw NotFound();
  expectVersion(postMortem, target.expectedVersion);
  return tx.commit(postMortemStore, rule({ incident, postMortem, act }));
}

import { randomUUID } from 'node:crypto';
import { mustBeAllowed, type Operation } from '@tocsin/access';
import type { Decision, RootCause } from '@tocsin/contracts';
import { decisionsOf, expectVersion, type Page, type PageOrder, type Transaction } from '@tocsin/database';
import { InvalidInput, NotFound } from '@tocsin/errors';
import type { Act } from './domain/act.ts';
import { RuleInvalid } from './domain/errors.ts';
import { covers, filterableOf } from './domain/hiding.ts';
import { loadFilter, type Filter } from './domain/sigma/filter.ts';
import { loadRules } from './domain/sigma/load.ts';
import * as domain from './domain/suppression.ts';
import type { Replay, Suppression } from './domain/suppression.ts';
import { detectorStore } from './store/detector-store.ts';
import { isId } from './store/id.ts';
import { matchedSignals } from './store/matched-signals.ts';
import { suppressionStore, type SuppressionFilter } from './store/suppression-store.ts';
import { tuningStore } from './store/tuning-store.ts';

interface Proposed {
  readonly filter: string;
  readonly owner?: string | null;
  readonly expiresAt?: Date | null;
  readonly reason: string;
}

/** Errors: FORBIDDEN, NOT_FOUND, RULE_INVALID, INVALID_INPUT, and those of `propose`. */
export async function proposeSuppression(
  tx: Transaction,
  order: Proposed & { readonly detectorId: string; readonly rootCause: RootCause; readonly taskId?: string | null },
): Promise<Suppression> {
  mustBeAllowed(tx.by, 'proposeSuppression');
  const { rootCause, taskId = null } = order;
  // As it is stored, whatever case it was given in.
  const detectorId = order.detectorId.toLowerCase();
  await filterFor(tx, detectorId, order.filter);
  if (taskId !== null && (await tuningStore(tx).get(taskId)).detectorId !== detectorId)
    throw InvalidInput({ field: 'taskId', reason: 'is a task of another detector' });
  const proposal = { ...whole(order), id: randomUUID(), detectorId, rootCause, taskId };
  return tx.commit(suppressionStore, domain.propose(proposal, actOf(tx)));
}

const whole = ({ filter, owner = null, expiresAt = null, reason }: Proposed): domain.Proposal => ({
  filter,
  owner,
  expiresAt,
  reason,
});

/** The filter, read for the detector as it is. Errors: NOT_FOUND, RULE_INVALID with all reasons. */
async function filterFor(tx: Transaction, detectorId: string, text: string): Promise<Filter> {
  if (!isId(detectorId)) throw NotFound();
  const { id, rule } = await detectorStore(tx).get(detectorId);
  const found = loadRules(rule ?? '').rules.find((one) => one.id === id);
  if (found === undefined) {
    const message = 'Only what a rule matches can be hidden; a report of a person never is.';
    throw RuleInvalid({ reasons: [{ code: 'SCHEMA', path: 'detectorId', message }] });
  }
  const loaded = loadFilter(text, filterableOf(found));
  if ('reasons' in loaded) throw RuleInvalid({ reasons: loaded.reasons });
  return loaded.filter;
}

interface Order {
  readonly suppressionId: string;
  readonly expectedVersion: number;
}
type Reasoned = Order & { readonly reason: string };

async function changing(tx: Transaction, operation: Operation, order: Order): Promise<Suppression> {
  mustBeAllowed(tx.by, operation);
  const suppression = await suppressionStore(tx).get(order.suppressionId);
  expectVersion(suppression, order.expectedVersion);
  return suppression;
}

/** Errors: FORBIDDEN, NOT_FOUND, CONCURRENT_CHANGE, RULE_INVALID, and those of `revise`. */
export async function reviseSuppression(tx: Transaction, order: Order & Proposed): Promise<Suppression> {
  const present = await changing(tx, 'reviseSuppression', order);
  await filterFor(tx, present.detectorId, order.filter);
  return tx.commit(suppressionStore, domain.revise(present, whole(order), actOf(tx)));
}

/**
 * Runs the filter over what the detector matched in the last `replayedDays`, as far as it is stored: the same that the
 * filter sees once it acts. Errors: FORBIDDEN, NOT_FOUND, CONCURRENT_CHANGE, RULE_INVALID, SUPPRESSION_STATE.
 */
export async function replaySuppression(tx: Transaction, order: Order): Promise<Suppression> {
  const present = await changing(tx, 'replaySuppression', order);
  const filter = await filterFor(tx, present.detectorId, present.filter);
  return tx.commit(suppressionStore, domain.keepReplay(present, await replay(tx, present, filter)));
}

async function replay(tx: Transaction, { detectorId, filter: text }: Suppression, filter: Filter): Promise<Replay> {
  const { level } = await detectorStore(tx).get(detectorId);
  const since = new Date(tx.now.getTime() - domain.replayedDays * 24 * 3_600_000);
  const counts = { lookedAt: 0, matched: 0, truePositivesHidden: 0 };
  for await (const signals of matchedSignals(tx, detectorId, since)) {
    const matched = signals.filter(({ attributes }) => covers(filter, attributes));
    counts.lookedAt += signals.length;
    counts.matched += matched.length;
    counts.truePositivesHidden += matched.filter(({ isTruePositive }) => isTruePositive).length;
  }
  return { ...counts, level, filterDigest: domain.digestOf(text), at: tx.now.toISOString() };
}

/** Errors: FORBIDDEN, NOT_FOUND, CONCURRENT_CHANGE, and those of `activate`. */
export async function activateSuppression(tx: Transaction, order: Reasoned): Promise<Suppression> {
  const present = await changing(tx, 'activateSuppression', order);
  return tx.commit(suppressionStore, domain.activate(present, order, actOf(tx)));
}

/** Errors: FORBIDDEN, NOT_FOUND, CONCURRENT_CHANGE, and those of `reject`. */
export async function rejectSuppression(tx: Transaction, order: Reasoned): Promise<Suppression> {
  const present = await changing(tx, 'rejectSuppression', order);
  return tx.commit(suppressionStore, domain.reject(present, order, actOf(tx)));
}

/** Errors: FORBIDDEN, NOT_FOUND, CONCURRENT_CHANGE, and those of `revoke`. */
export async function revokeSuppression(tx: Transaction, order: Reasoned): Promise<Suppression> {
  const present = await changing(tx, 'revokeSuppression', order);
  return tx.commit(suppressionStore, domain.revoke(present, order, actOf(tx)));
}

const actOf = (tx: Transaction): Act => ({ by: tx.by.id, now: tx.now, decisionId: randomUUID() });

/** Notes of suppressions whose time is over that it is; true if there may be more. */
export async function expireSuppressions(tx: Transaction): Promise<boolean> {
  const over = await suppressionStore(tx).lockOver();
  for (const suppression of over) {
    const change = domain.expire(suppression, tx.now);
    if (change !== null) await tx.commit(suppressionStore, change);
  }
  return over.length > 0;
}

/** Errors: FORBIDDEN. */
export async function findSuppression(tx: Transaction, id: string): Promise<Suppression | null> {
  mustBeAllowed(tx.by, 'read:suppression');
  const found = await suppressionStore(tx).find(id);
  return found === null ? null : asOf(tx, found);
}

/** Errors: FORBIDDEN, INVALID_INPUT. */
export async function listSuppressions(
  tx: Transaction,
  order: PageOrder & SuppressionFilter,
): Promise<Page<Suppression>> {
  mustBeAllowed(tx.by, 'read:suppression');
  const page = await suppressionStore(tx).page(order);
  return { ...page, edges: page.edges.map((edge) => ({ ...edge, node: asOf(tx, edge.node) })) };
}

/** Those of the ids that are there. Errors: FORBIDDEN. */
export async function suppressionsAmong(tx: Transaction, ids: readonly string[]): Promise<Suppression[]> {
  mustBeAllowed(tx.by, 'read:suppression');
  return (await suppressionStore(tx).among(ids)).map((found) => asOf(tx, found));
}

/** As it is at this time: it ends at its expiry, whether or not that was noted. */
const asOf = (tx: Transaction, found: Suppression): Suppression => ({ ...found, state: domain.stateAt(found, tx.now) });

/** What was decided about a suppression, oldest first. Errors: FORBIDDEN. */
export function listSuppressionDecisions(tx: Transaction, id: string): Promise<Decision[]> {
  mustBeAllowed(tx.by, 'read:suppression');
  return decisionsOf(tx, 'suppression', id);
}

import { servicePrincipal } from '@tocsin/access';
import { inTransaction, type Database, type Transaction } from '@tocsin/database';
import { createLoop, type Logger, type Loop } from '@tocsin/runtime';
import { endPage, pageSince } from './pages.ts';
import { lockOverdueHolds } from './store/known-hold-store.ts';
import type { KnownHold } from './store/known-hold-table.ts';

const by = servicePrincipal('incident');

/** Looks each minute for active holds that nobody has reviewed in time; they do not end by themselves (I-17). */
export const createHoldWatch = (db: Database, log: Logger): Loop =>
  createLoop({
    name: 'hold-reviews',
    log,
    idleMs: 60_000,
    round: async () => {
      await inTransaction(db, { by, action: 'watchHolds' }, pageOverdueReviews);
      return false;
    },
  });

/** Calls somebody, once for each review that was missed. */
export async function pageOverdueReviews(tx: Transaction): Promise<void> {
  for (const { id: subjectId, incidentId, reviewAt } of await lockOverdueHolds(tx))
    await pageSince(tx, { kind: 'HOLD_REVIEW', incidentId, subjectId }, reviewAt);
}

/** On HoldChanged: once it is renewed or has ended, nobody else is called for it. */
export async function endReviewPage(tx: Transaction, { id, state, reviewAt }: KnownHold): Promise<void> {
  if (state !== 'ACTIVE' || reviewAt > tx.now) await endPage(tx, 'HOLD_REVIEW', id);
}

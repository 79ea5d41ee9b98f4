import type { Handlers } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import { factHandlers } from './facts.ts';
import { endReviewPage } from './hold-reviews.ts';
import { openIncident } from './incidents.ts';
import { joinLegal } from './legal-advice.ts';
import { endPage, page } from './pages.ts';

/** What the service hears: one use case, or one fact to remember, for each event. */
export const handlers: Handlers<'incident', Transaction> = {
  ...factHandlers,
  DetectionPromoted: async (detection, tx) => {
    await factHandlers.DetectionPromoted(detection, tx);
    await openIncident(tx, detection);
  },
  SuspicionChanged: async ({ incidentId, active }, tx) => {
    if (active) await joinLegal(tx, incidentId);
  },
  // This and the next not in facts.ts: a rebuilt projection calls nobody.
  HoldChanged: async (hold, tx) => endReviewPage(tx, await factHandlers.HoldChanged(hold, tx)),
  ConflictChanged: async (conflict, tx) => {
    const opened = await factHandlers.ConflictChanged(conflict, tx);
    if (opened !== null) await page(tx, { kind: 'CONFLICT', incidentId: opened.incidentId, subjectId: opened.id });
    if (!conflict.open) await endPage(tx, 'CONFLICT', conflict.conflictId);
  },
};

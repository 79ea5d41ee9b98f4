import type { Handlers } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import { factHandlers } from './facts.ts';
import { openIncident } from './incidents.ts';

/** What the service hears: one use case, or one fact to remember, for each event. */
export const handlers: Handlers<'incident', Transaction> = {
  ...factHandlers,
  DetectionPromoted: async (detection, tx) => {
    await factHandlers.DetectionPromoted(detection, tx);
    await openIncident(tx, detection);
  },
};

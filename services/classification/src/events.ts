import type { Handlers } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import { unclassified } from './domain/classification.ts';
import { factHandlers } from './facts.ts';
import { classificationStore } from './store/classification-store.ts';

/** What classification hears, and the one thing it does then: remember a fact, or begin a classification. */
export const handlers: Handlers<'classification', Transaction> = {
  ...factHandlers,
  IncidentOpened: async (opened, tx) => {
    // Heard again, it must not take back what was decided since.
    if ((await classificationStore(tx).find(opened.incidentId)) !== null) return;
    await factHandlers.IncidentOpened(opened, tx);
    await tx.commit(classificationStore, { state: unclassified(opened.incidentId, opened.exerciseId), events: [] });
  },
};

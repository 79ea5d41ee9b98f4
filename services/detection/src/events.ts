import type { Handlers } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import { handlers as factHandlers } from './facts.ts';
import { lockFiling } from './store/known-incident-store.ts';
import { fileIncident } from './tuning.ts';

/**
 * What detection hears, and what it does then: remember a fact, and file a false positive with its detectors. What an
 * incident was classified as and what belongs to it come on two topics, in any order or at the same moment, so each asks
 * for the other, one after the other.
 */
export const handlers: Handlers<'detection', Transaction> = {
  ...factHandlers,
  IncidentOpened: async (opened, tx, meta) => {
    await lockFiling(tx, opened.incidentId);
    await factHandlers.IncidentOpened(opened, tx, meta);
    await fileIncident(tx, opened.incidentId);
  },
  DetectionAttached: async (attached, tx, meta) => {
    await lockFiling(tx, attached.incidentId);
    await factHandlers.DetectionAttached(attached, tx, meta);
    await fileIncident(tx, attached.incidentId);
  },
  IncidentClassified: async (classified, tx, meta) => {
    await lockFiling(tx, classified.incidentId);
    await factHandlers.IncidentClassified(classified, tx, meta);
    await fileIncident(tx, classified.incidentId);
  },
};

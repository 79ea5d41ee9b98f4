import type { Handlers } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import { hearConflict } from './conflicts.ts';
import { openIncident } from './incidents.ts';
import { knownIncidentFactStore } from './store/known-incident-fact-store.ts';

/** What the service hears: one use case, or one fact to remember, for each event. */
export const handlers: Handlers<'incident', Transaction> = {
  DetectionPromoted: (detection, tx) => openIncident(tx, detection),
  ImpactAssessed: ({ incidentId, roundTheClock }, tx) =>
    knownIncidentFactStore(tx).learn(incidentId, { roundTheClock }),
  IncidentClassified: ({ incidentId, crspi }, tx) => knownIncidentFactStore(tx).learn(incidentId, { crspi }),
  CrspiDeclared: ({ incidentId }, tx) => knownIncidentFactStore(tx).learn(incidentId, { crspi: 'DECLARED' }),
  CrspiDeclined: ({ incidentId }, tx) => knownIncidentFactStore(tx).learn(incidentId, { crspi: 'DECLINED' }),
  ConflictChanged: (conflict, tx) => hearConflict(tx, conflict),
  CinChanged: ({ incidentId, to }, tx) => knownIncidentFactStore(tx).learn(incidentId, { cin: to }),
};

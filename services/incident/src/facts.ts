import type { Handlers } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import type { Facts } from '@tocsin/messaging';
import { hearConflict } from './conflicts.ts';
import { knownConflictTable } from './store/known-conflict-table.ts';
import { knownDetectionTable } from './store/known-detection-table.ts';
import { saveDetection, saveTenant } from './store/known-facts-store.ts';
import { saveHold } from './store/known-hold-store.ts';
import { knownHoldTable } from './store/known-hold-table.ts';
import { knownIncidentFactStore } from './store/known-incident-fact-store.ts';
import { knownIncidentFactTable } from './store/known-incident-fact-table.ts';
import { knownTenantTable } from './store/known-tenant-table.ts';

/** Foreign facts that the incident service keeps; handled anew from the first event on, they come out the same. */
export const factHandlers = {
  DetectionPromoted: ({ detectionId: id, source, firstSeenAt, tenantIds }, tx) =>
    saveDetection(tx, { id, source, firstSeenAt: new Date(firstSeenAt), tenantIds }),
  TenantChanged: ({ tenantId }, tx) => saveTenant(tx, tenantId),
  ImpactAssessed: ({ incidentId, roundTheClock }, tx) =>
    knownIncidentFactStore(tx).learn(incidentId, { roundTheClock }),
  IncidentClassified: ({ incidentId, crspi }, tx) => knownIncidentFactStore(tx).learn(incidentId, { crspi }),
  CrspiDeclared: ({ incidentId, declaredAt }, tx) =>
    knownIncidentFactStore(tx).learn(incidentId, { crspi: 'DECLARED', declaredAt: new Date(declaredAt) }),
  CrspiDeclined: ({ incidentId }, tx) => knownIncidentFactStore(tx).learn(incidentId, { crspi: 'DECLINED' }),
  CrspiRetracted: ({ incidentId }, tx) => knownIncidentFactStore(tx).learn(incidentId, { crspi: 'RETRACTED' }),
  ConflictChanged: (conflict, tx) => hearConflict(tx, conflict),
  HoldChanged: ({ incidentId, holdId: id, state, reviewAt }, tx) =>
    saveHold(tx, { id, incidentId, state, reviewAt: new Date(reviewAt) }),
  CinChanged: ({ incidentId, to }, tx) => knownIncidentFactStore(tx).learn(incidentId, { cin: to }),
} as const satisfies Partial<Handlers<'incident', Transaction>>;

export const facts: Facts<'incident'> = {
  tables: [knownIncidentFactTable, knownConflictTable, knownHoldTable, knownDetectionTable, knownTenantTable],
  handlers: factHandlers,
};

import type { Handlers } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import { reviewConflicts } from './conflicts.ts';
import { unclassified } from './domain/classification.ts';
import { classificationStore } from './store/classification-store.ts';
import {
  changeIncident,
  learnCycle,
  saveEvidence,
  saveIncident,
  saveMember,
  saveTenant,
} from './store/known-facts-store.ts';

/** What classification hears, and the one thing it does then. */
export const handlers: Handlers<'classification', Transaction> = {
  IncidentOpened: async ({ incidentId, detectedAt }, tx) => {
    // Heard again, it must not take back what was decided since.
    if ((await classificationStore(tx).find(incidentId)) !== null) return;
    const facts = { stage: 'DETECT', responsibility: 'UNDETERMINED', cycle: 1 } as const;
    await saveIncident(tx, { ...facts, id: incidentId, detectedAt: new Date(detectedAt) });
    await tx.commit(classificationStore, { state: unclassified(incidentId), events: [] });
  },
  AssignmentChanged: ({ incidentId, principalId, role, until }, tx) =>
    saveMember(tx, { incidentId, principalId, role, until: until === undefined ? null : new Date(until) }),
  ResponsibilityDecided: async ({ incidentId, responsibility }, tx) => {
    await changeIncident(tx, incidentId, { responsibility });
    await reviewConflicts(tx, incidentId);
  },
  IncidentReopened: async ({ incidentId, cycle }, tx) => {
    await learnCycle(tx, incidentId, cycle);
    await reviewConflicts(tx, incidentId);
  },
  StageChanged: ({ incidentId, to }, tx) => changeIncident(tx, incidentId, { stage: to }),
  EvidenceAdded: ({ incidentId, evidenceId }, tx) => saveEvidence(tx, { id: evidenceId, incidentId }),
  TenantChanged: ({ tenantId, subscriptionIds }, tx) => saveTenant(tx, { id: tenantId, subscriptionIds }),
};

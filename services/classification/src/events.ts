import type { Handlers } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import { unclassified } from './domain/classification.ts';
import { classificationStore } from './store/classification-store.ts';
import { changeIncident, saveEvidence, saveIncident, saveMember, saveTenant } from './store/known-facts-store.ts';

/** What classification hears, and the one thing it does then. */
export const handlers: Handlers<'classification', Transaction> = {
  IncidentOpened: async ({ incidentId }, tx) => {
    // Heard again, it must not take back what was decided since.
    if ((await classificationStore(tx).find(incidentId)) !== null) return;
    await saveIncident(tx, { id: incidentId, stage: 'DETECT', responsibility: 'UNDETERMINED' });
    await tx.commit(classificationStore, { state: unclassified(incidentId), events: [] });
  },
  AssignmentChanged: ({ incidentId, principalId, role, until }, tx) =>
    saveMember(tx, { incidentId, principalId, role, until: until === undefined ? null : new Date(until) }),
  ResponsibilityDecided: ({ incidentId, responsibility }, tx) => changeIncident(tx, incidentId, { responsibility }),
  StageChanged: ({ incidentId, to }, tx) => changeIncident(tx, incidentId, { stage: to }),
  EvidenceAdded: ({ incidentId, evidenceId }, tx) => saveEvidence(tx, { id: evidenceId, incidentId }),
  TenantChanged: ({ tenantId, subscriptionIds }, tx) => saveTenant(tx, { id: tenantId, subscriptionIds }),
};

import type { Handlers } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import type { Facts } from '@tocsin/messaging';
import {
  changeIncident,
  learnCycle,
  saveEvidence,
  saveExercise,
  saveHold,
  saveIncident,
  saveMember,
  saveTenant,
} from './store/known-facts-store.ts';
import { KnownHoldTable } from './store/known-hold-table.ts';
import {
  KnownEvidenceTable,
  KnownExerciseTable,
  KnownIncidentTable,
  KnownMemberTable,
  KnownTenantTable,
} from './store/tables.ts';

/** Foreign facts that classification keeps; handled anew from the first event on, they come out the same. */
export const factHandlers = {
  IncidentOpened: ({ incidentId: id, ...opened }, tx) => {
    const facts = { stage: 'DETECT', responsibility: 'UNDETERMINED', cycle: 1 } as const;
    const detectedAt = new Date(opened.detectedAt);
    return saveIncident(tx, {
      ...facts,
      id,
      detectedAt,
      firstIndicationAt: new Date(opened.firstIndicationAt),
      exerciseId: opened.exerciseId ?? null,
    });
  },
  AssignmentChanged: ({ incidentId, principalId, role, until }, tx) =>
    saveMember(tx, { incidentId, principalId, role, until: until === undefined ? null : new Date(until) }),
  ResponsibilityDecided: ({ incidentId, responsibility }, tx) => changeIncident(tx, incidentId, { responsibility }),
  IncidentReopened: ({ incidentId, cycle }, tx) => learnCycle(tx, incidentId, cycle),
  StageChanged: ({ incidentId, to }, tx) => changeIncident(tx, incidentId, { stage: to }),
  EvidenceAdded: ({ incidentId, evidenceId }, tx) => saveEvidence(tx, { id: evidenceId, incidentId }),
  ExerciseChanged: ({ exerciseId: id, state, startsAt, endsAt }, tx) =>
    saveExercise(tx, { id, state, startsAt: new Date(startsAt), endsAt: new Date(endsAt) }),
  HoldChanged: ({ incidentId, holdId: id, state }, tx) => saveHold(tx, { id, incidentId, state }),
  TenantChanged: ({ tenantId, subscriptionIds }, tx) => saveTenant(tx, { id: tenantId, subscriptionIds }),
} as const satisfies Handlers<'classification', Transaction>;

export const facts: Facts<'classification'> = {
  tables: [
    KnownIncidentTable,
    KnownExerciseTable,
    KnownMemberTable,
    KnownEvidenceTable,
    KnownTenantTable,
    KnownHoldTable,
  ],
  handlers: factHandlers,
};

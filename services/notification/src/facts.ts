import type { Handlers } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import type { Facts } from '@tocsin/messaging';
import { KnownActionTable } from './store/known-action-table.ts';
import { saveAction, saveExerciseIncident, saveMember, saveScope } from './store/known-facts-store.ts';
import { KnownExerciseIncidentTable, KnownMemberTable, KnownScopeTable } from './store/tables.ts';

/** Foreign facts that notification keeps; handled anew from the first event on, they come out the same. */
export const factHandlers = {
  IncidentOpened: async ({ incidentId, exerciseId }, tx) => {
    if (exerciseId !== undefined) await saveExerciseIncident(tx, { incidentId, exerciseId });
  },
  AssignmentChanged: ({ incidentId, principalId, role, until }, tx) =>
    saveMember(tx, { incidentId, principalId, role, until: until === undefined ? null : new Date(until) }),
  ScopeChanged: ({ incidentId, tenantId, subscriptionIds, status, dataCategories }, tx) =>
    saveScope(tx, { incidentId, tenantId, subscriptionIds, status, dataCategories }),
  ActionChanged: ({ incidentId, actionId: id, kind, state }, tx) => saveAction(tx, { incidentId, id, kind, state }),
} as const satisfies Partial<Handlers<'notification', Transaction>>;

export const facts: Facts<'notification'> = {
  tables: [KnownMemberTable, KnownScopeTable, KnownExerciseIncidentTable, KnownActionTable],
  handlers: factHandlers,
};

import type { Handlers } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import { declareCin, executeCin, openObligations, prepareCin, standDownCin } from './cins.ts';
import { saveMember, saveScope } from './store/known-facts-store.ts';

/** What notification hears, and the one thing it does then. */
export const handlers: Handlers<'notification', Transaction> = {
  AssignmentChanged: ({ incidentId, principalId, role, until }, tx) =>
    saveMember(tx, { incidentId, principalId, role, until: until === undefined ? null : new Date(until) }),
  SuspicionChanged: ({ incidentId, active }, tx) => (active ? prepareCin : standDownCin)(tx, incidentId),
  ScopeChanged: async ({ incidentId, tenantId, subscriptionIds, status, dataCategories }, tx) => {
    await saveScope(tx, { incidentId, tenantId, subscriptionIds, status, dataCategories });
    await openObligations(tx, incidentId);
  },
  CrspiDeclared: ({ incidentId, declaredAt }, tx) => declareCin(tx, incidentId, new Date(declaredAt)),
  ExecutionAuthorized: ({ incidentId }, tx) => executeCin(tx, incidentId),
};

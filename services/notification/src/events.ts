import type { Handlers } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import { declareCin, executeCin, openObligations, prepareCin, standDownCin } from './cins.ts';
import { factHandlers } from './facts.ts';

/** What notification hears, and the one thing it does then: remember a fact, or go on with the notification. */
export const handlers: Handlers<'notification', Transaction> = {
  ...factHandlers,
  SuspicionChanged: ({ incidentId, active }, tx) => (active ? prepareCin : standDownCin)(tx, incidentId),
  ScopeChanged: async (scope, tx) => {
    await factHandlers.ScopeChanged(scope, tx);
    await openObligations(tx, scope.incidentId);
  },
  CrspiDeclared: ({ incidentId, declaredAt }, tx) => declareCin(tx, incidentId, new Date(declaredAt)),
  ExecutionAuthorized: ({ incidentId }, tx) => executeCin(tx, incidentId),
};

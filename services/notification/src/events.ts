import type { Handlers } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import { declareCin, executeCin, openObligations, prepareCin, standDownCin } from './cins.ts';
import { factHandlers } from './facts.ts';
import { handOverDetection, handOverIncident } from './hand-overs.ts';
import { retractCin } from './withdrawals.ts';

/** What notification hears, and the one thing it does then: remember a fact, or go on with the notification. */
export const handlers: Handlers<'notification', Transaction> = {
  ...factHandlers,
  DetectionRaised: (detection, tx) => handOverDetection(tx, detection),
  HandOverIssued: async ({ incidentId, tenantId, exerciseId }, tx) => {
    // No tenant hears of an exercise (I-35).
    if (exerciseId === undefined) await handOverIncident(tx, incidentId, tenantId);
  },
  SuspicionChanged: ({ incidentId, active }, tx) => (active ? prepareCin : standDownCin)(tx, incidentId),
  ScopeChanged: async (scope, tx) => {
    await factHandlers.ScopeChanged(scope, tx);
    if (scope.exerciseId === undefined) await openObligations(tx, scope.incidentId);
  },
  CrspiDeclared: async ({ incidentId, declaredAt, exerciseId }, tx) => {
    await declareCin(tx, incidentId, new Date(declaredAt));
    // Nothing is owed to anybody for an exercise (I-35).
    if (exerciseId === undefined) await openObligations(tx, incidentId);
  },
  CrspiRetracted: ({ incidentId }, tx) => retractCin(tx, incidentId),
  ExecutionAuthorized: ({ incidentId }, tx) => executeCin(tx, incidentId),
};

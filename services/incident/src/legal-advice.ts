import type { Transaction } from '@tocsin/database';
import { hasLegalAdviser, joinLegalAdvisers } from './domain/legal-advice.ts';
import type { StaffMember } from './domain/staff.ts';
import { commitIncident } from './incidents.ts';
import { listOnRota } from './rota-reads.ts';
import { incidentStore } from './store/incident-store.ts';
import { staffMemberStore } from './store/staff-member-store.ts';

/**
 * On SuspicionChanged: legal advisers take part from now on, unless one does already. If the directory has none,
 * nobody is joined, and declaring is refused until somebody is (LEGAL_ADVISER_REQUIRED).
 */
export async function joinLegal(tx: Transaction, incidentId: string): Promise<void> {
  const incident = await incidentStore(tx).get(incidentId);
  if (hasLegalAdviser(incident, tx.now)) return;
  const advisers = await advisersNow(tx);
  if (advisers.length > 0) await commitIncident(tx, joinLegalAdvisers(incident, advisers, tx.now));
}

/** Whom the rota of LEGAL names, else whoever of them is joined to every incident, else all. */
async function advisersNow(tx: Transaction): Promise<readonly StaffMember[]> {
  const listed = await staffMemberStore(tx).inRole('LEGAL');
  const named = (await listOnRota(tx, ['LEGAL'])).map(({ principalId }) => principalId);
  const onRota = listed.filter(({ principalId }) => named.includes(principalId));
  if (onRota.length > 0) return onRota;
  const onCall = listed.filter((adviser) => adviser.onCall);
  return onCall.length > 0 ? onCall : listed;
}

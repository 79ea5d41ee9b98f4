import type { Transaction } from '@tocsin/database';
import { knownHoldTable, type KnownHold } from './known-hold-table.ts';

/* The holds we have heard of; written by facts.ts only. */

export const saveHold = (tx: Transaction, hold: KnownHold): Promise<unknown> =>
  tx.manager.getRepository(knownHoldTable).upsert(hold, ['id']);

/** The ids of the holds that stop notices of the incident now, as far as we have heard. */
export async function listActiveHolds(tx: Transaction, incidentId: string): Promise<readonly string[]> {
  const active = await tx.manager
    .getRepository(knownHoldTable)
    .find({ where: { incidentId, state: 'ACTIVE' }, order: { id: 'ASC' } });
  return active.map(({ id }) => id);
}

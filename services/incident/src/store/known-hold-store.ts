import { LessThanOrEqual } from 'typeorm';
import type { Transaction } from '@tocsin/database';
import { knownHoldTable, type KnownHold } from './known-hold-table.ts';

/* The holds we have heard of; written by facts.ts only. */

export async function saveHold(tx: Transaction, hold: KnownHold): Promise<KnownHold> {
  await tx.manager.getRepository(knownHoldTable).upsert(hold, ['id']);
  return hold;
}

/** The ids of the holds that stop notices of the incident now, as far as we have heard. */
export async function listActiveHolds(tx: Transaction, incidentId: string): Promise<readonly string[]> {
  const active = await tx.manager
    .getRepository(knownHoldTable)
    .find({ where: { incidentId, state: 'ACTIVE' }, order: { id: 'ASC' } });
  return active.map(({ id }) => id);
}

/** The active holds whose review should have been by now, in order of their ids; locked, so that none ends meanwhile. */
export const lockOverdueHolds = (tx: Transaction): Promise<KnownHold[]> =>
  tx.manager.getRepository(knownHoldTable).find({
    where: { state: 'ACTIVE', reviewAt: LessThanOrEqual(tx.now) },
    order: { id: 'ASC' },
    lock: { mode: 'pessimistic_write' },
  });

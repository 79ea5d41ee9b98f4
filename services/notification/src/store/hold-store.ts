import { tableStore, type Transaction } from '@tocsin/database';
import type { Hold } from '../domain/hold.ts';
import { HoldTable } from './hold-table.ts';

export const holdStore = tableStore<Hold>('hold', HoldTable);

/** The holds of an incident, in the order they were placed. */
export const listHolds = (tx: Transaction, incidentId: string): Promise<Hold[]> =>
  tx.manager.getRepository(HoldTable).find({ where: { incidentId }, order: { placedAt: 'ASC', id: 'ASC' } });

/** Those that stop sending now. */
export const listActiveHolds = (tx: Transaction, incidentId: string): Promise<Hold[]> =>
  tx.manager
    .getRepository(HoldTable)
    .find({ where: { incidentId, state: 'ACTIVE' }, order: { placedAt: 'ASC', id: 'ASC' } });

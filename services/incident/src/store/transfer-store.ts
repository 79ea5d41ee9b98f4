import { In, LessThanOrEqual } from 'typeorm';
import { tableStore, type Store, type Transaction } from '@tocsin/database';
import type { Transfer } from '../domain/transfer.ts';
import { transferTable } from './transfer-table.ts';
import { isUuid } from './uuid.ts';

interface TransferStore extends Store<Transfer> {
  /** In the order of their end. */
  listByIncident(incidentIds: readonly string[]): Promise<Transfer[]>;
  /** Requests and approvals whose time is over but whose state does not say so yet. */
  listOverdue(limit: number): Promise<Transfer[]>;
}

const rowsOf = tableStore('dataTransferApproval', transferTable);

/** Approvals of data transfers. */
export function transferStore(tx: Transaction): TransferStore {
  const rows = tx.manager.getRepository(transferTable);
  const store = rowsOf(tx);
  return {
    ...store,
    find: (id) => (isUuid(id) ? store.find(id) : Promise.resolve(null)),
    listByIncident: (ids) => rows.find({ where: { incidentId: In([...ids]) }, order: { expiresAt: 'ASC', id: 'ASC' } }),
    listOverdue: (limit) =>
      rows.find({
        where: { state: In(['REQUESTED', 'APPROVED']), expiresAt: LessThanOrEqual(tx.now) },
        order: { expiresAt: 'ASC' },
        take: limit,
      }),
  };
}

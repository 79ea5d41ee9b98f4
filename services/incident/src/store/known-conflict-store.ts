import { In } from 'typeorm';
import type { ConflictKind } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import { knownConflictTable, type KnownConflict } from './known-conflict-table.ts';

/** The conflicts we have heard of; written by events only. */
export function knownConflictStore(tx: Transaction) {
  const rows = tx.manager.getRepository(knownConflictTable);
  return {
    /** False if it is known already. */
    add: async (conflict: KnownConflict): Promise<boolean> => {
      const insert = rows.createQueryBuilder().insert().values(conflict).orIgnore().returning('id');
      return ((await insert.execute()).raw as unknown[]).length === 1;
    },
    kindOf: async (id: string): Promise<ConflictKind | null> => (await rows.findOneBy({ id }))?.kind ?? null,
    close: (id: string): Promise<unknown> => rows.update({ id }, { open: false }),
    listOpen: (incidentIds: readonly string[]): Promise<KnownConflict[]> =>
      rows.find({ where: { incidentId: In([...incidentIds]), open: true }, order: { openedAt: 'ASC', id: 'ASC' } }),
  };
}

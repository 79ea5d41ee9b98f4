import { MoreThan } from 'typeorm';
import { z } from 'zod';
import type { StaffRole } from '@tocsin/contracts';
import { tableStore, type Store, type Transaction } from '@tocsin/database';
import { NotFound } from '@tocsin/errors';
import type { Rota } from '../domain/rota.ts';
import { firstOfTwo } from './first-of-two.ts';
import { rotaTable } from './rota-table.ts';

interface RotaStore extends Store<Rota> {
  findByRole(role: StaffRole): Promise<Rota | null>;
  /** In the order of roles, after the given one. */
  page(limit: number, after: string | null): Promise<Rota[]>;
  listIds(): Promise<string[]>;
  /** The rota as last committed; until the end of this transaction nobody else changes it, or looks for its gaps. */
  lock(id: string): Promise<Rota | null>;
}

const rowsOf = tableStore('rota', rotaTable);

/** Rotas, one for each role. */
export function rotaStore(tx: Transaction): RotaStore {
  const rows = tx.manager.getRepository(rotaTable);
  const store = rowsOf(tx);
  const find = (id: string): Promise<Rota | null> =>
    z.uuid().safeParse(id).success ? store.find(id) : Promise.resolve(null);
  return {
    ...store,
    find,
    get: async (id) => {
      const rota = await find(id);
      if (rota === null) throw NotFound();
      return rota;
    },
    save: (rota) => store.save(rota).catch(firstOfTwo('rota_role_key')),
    findByRole: (role) => rows.findOneBy({ role }),
    page: (limit, after) =>
      rows.find({
        ...(after !== null && { where: { role: MoreThan(after as StaffRole) } }),
        order: { role: 'ASC' },
        take: limit,
      }),
    listIds: async () => (await rows.find({ select: { id: true }, order: { id: 'ASC' } })).map(({ id }) => id),
    lock: (id) => rows.findOne({ where: { id }, lock: { mode: 'pessimistic_write' } }),
  };
}

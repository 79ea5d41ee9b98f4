import { IsNull } from 'typeorm';
import { z } from 'zod';
import type { StaffRole } from '@tocsin/contracts';
import { tableStore, type Position, type Store, type Transaction } from '@tocsin/database';
import { NotFound } from '@tocsin/errors';
import type { Rota } from '../domain/rota.ts';
import { firstOfTwo } from './first-of-two.ts';
import { rotaTable } from './rota-table.ts';

/** Which rotas a list shows. */
export interface RotaQuery {
  readonly limit: number;
  /** A role, and an id in it. */
  readonly after: Position | null;
  readonly retired: boolean;
}

interface RotaStore extends Store<Rota> {
  /** The one in use. */
  findByRole(role: StaffRole): Promise<Rota | null>;
  /** Those in use, or those that were retired, by role and id. */
  page(query: RotaQuery): Promise<Rota[]>;
  /** Of those in use. */
  listIds(): Promise<string[]>;
  /** The rota as last committed; until the end of this transaction nobody else changes it, or looks for its gaps. */
  lock(id: string): Promise<Rota | null>;
}

const rowsOf = tableStore('rota', rotaTable);

/** Rotas, one in use for each role. */
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
    findByRole: (role) => rows.findOneBy({ role, retiredAt: IsNull() }),
    page: ({ limit, after, retired }) => {
      const query = rows.createQueryBuilder('rota').orderBy('rota.role').addOrderBy('rota.id');
      query.where('(rota.retired_at is not null) = :retired', { retired });
      if (after !== null) query.andWhere('(rota.role, rota.id) > (:key, :id)', { ...after });
      return query.take(limit).getMany();
    },
    listIds: async () => {
      const inUse = { where: { retiredAt: IsNull() }, select: { id: true }, order: { id: 'ASC' } } as const;
      return (await rows.find(inUse)).map(({ id }) => id);
    },
    lock: (id) => rows.findOne({ where: { id }, lock: { mode: 'pessimistic_write' } }),
  };
}

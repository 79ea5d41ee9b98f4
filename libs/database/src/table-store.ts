import type { EntitySchema, FindOptionsWhere } from 'typeorm';
import { NotFound } from '@tocsin/errors';
import { saveVersioned } from './save-versioned.ts';
import type { Store, Transaction, Versioned } from './transaction.ts';

/** The store of an aggregate whose state is one row, column for field. */
export function tableStore<State extends Versioned>(
  aggregate: string,
  table: EntitySchema<State>,
): (tx: Transaction) => Store<State> {
  return (tx) => {
    const find = (id: string): Promise<State | null> =>
      tx.manager.getRepository(table).findOneBy({ id } as FindOptionsWhere<State>);
    return {
      aggregate,
      find,
      get: async (id) => {
        const state = await find(id);
        if (state === null) throw NotFound();
        return state;
      },
      save: (state) => saveVersioned(tx, table, state),
    };
  };
}

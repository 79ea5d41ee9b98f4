import type { SignalSource } from '@tocsin/contracts';
import {
  decodeCursor,
  pageSize,
  saveVersioned,
  toPage,
  type Page,
  type PageOrder,
  type Store,
  type Transaction,
} from '@tocsin/database';
import { NotFound } from '@tocsin/errors';
import type { Signal } from '../domain/signal.ts';
import { isId } from './id.ts';
import { signalTable } from './signal-table.ts';

export interface SignalStore extends Store<Signal> {
  /** The signal of this reference, with the reference locked until the transaction ends: a concurrent copy waits. */
  lockByRef(source: SignalSource, sourceRef: string): Promise<Signal | null>;
  /** The signals of a detection, newest first. */
  pageOf(detectionId: string, order: PageOrder): Promise<Page<Signal>>;
}

export function signalStore(tx: Transaction): SignalStore {
  const rows = tx.manager.getRepository(signalTable);
  const find = async (id: string): Promise<Signal | null> => (isId(id) ? rows.findOneBy({ id }) : null);
  return {
    aggregate: 'signal',
    find,
    get: async (id) => {
      const signal = await find(id);
      if (signal === null) throw NotFound();
      return signal;
    },
    save: (signal) => saveVersioned(tx, signalTable, signal),
    lockByRef: async (source, sourceRef) => {
      const name = `${source} ${sourceRef}`;
      await tx.manager.sql`/* signal.lock */ select pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
      return rows.findOneBy({ source, sourceRef });
    },
    pageOf: async (detectionId, { first, after }) => {
      const from = decodeCursor(after);
      const query = rows
        .createQueryBuilder('s')
        .where('s.detectionIds @> array[:detectionId]::uuid[]', { detectionId })
        .orderBy('s.receivedAt', 'DESC')
        .addOrderBy('s.id', 'DESC')
        .limit(pageSize({ first }) + 1);
      if (from !== null) query.andWhere('(s.receivedAt, s.id) < (:key, :id)', from);
      const keyOf = ({ receivedAt, id }: Signal) => ({ key: receivedAt.toISOString(), id });
      return toPage(await query.getMany(), first, keyOf);
    },
  };
}

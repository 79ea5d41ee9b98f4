import { In } from 'typeorm';
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
import type { Detector } from '../domain/detector.ts';
import { detectorTable } from './detector-table.ts';

export interface DetectorStore extends Store<Detector> {
  among(ids: readonly string[]): Promise<Detector[]>;
  /** By name. */
  page(order: PageOrder): Promise<Page<Detector>>;
}

export function detectorStore(tx: Transaction): DetectorStore {
  const rows = tx.manager.getRepository(detectorTable);
  const find = (id: string): Promise<Detector | null> => rows.findOneBy({ id });
  return {
    aggregate: 'detector',
    find,
    get: async (id) => {
      const detector = await find(id);
      if (detector === null) throw NotFound();
      return detector;
    },
    save: (detector) => saveVersioned(tx, detectorTable, detector),
    among: (ids) => rows.findBy({ id: In([...ids]) }),
    page: async ({ first, after }) => {
      const from = decodeCursor(after);
      const query = rows
        .createQueryBuilder('d')
        .orderBy('d.name')
        .addOrderBy('d.id')
        .limit(pageSize({ first }) + 1);
      if (from !== null) query.where('(d.name, d.id) > (:key, :id)', from);
      return toPage(await query.getMany(), first, ({ name, id }) => ({ key: name, id }));
    },
  };
}

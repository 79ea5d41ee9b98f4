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
import type { Detection, DetectionState } from '../domain/detection.ts';
import { detectionTable } from './detection-table.ts';
import { isId } from './id.ts';

export interface DetectionStore extends Store<Detection> {
  among(ids: readonly string[]): Promise<Detection[]>;
  /** The open one of this fingerprint, else the newest, locked with the fingerprint until the transaction ends. */
  lockLatest(fingerprint: string): Promise<Detection | null>;
  /** Newest first. */
  page(order: PageOrder & { readonly state?: DetectionState | null }): Promise<Page<Detection>>;
}

export function detectionStore(tx: Transaction): DetectionStore {
  const rows = tx.manager.getRepository(detectionTable);
  const find = async (id: string): Promise<Detection | null> => (isId(id) ? rows.findOneBy({ id }) : null);
  return {
    aggregate: 'detection',
    find,
    get: async (id) => {
      const detection = await find(id);
      if (detection === null) throw NotFound();
      return detection;
    },
    save: (detection) => saveVersioned(tx, detectionTable, detection),
    among: (ids) => rows.findBy({ id: In(ids.filter(isId)) }),
    lockLatest: async (fingerprint) => {
      await tx.manager.sql`/* detection.lock */ select pg_advisory_xact_lock(hashtextextended(${fingerprint}, 0))`;
      const lock = { mode: 'pessimistic_write' } as const;
      const open = await rows.findOne({ where: { fingerprint, state: 'OPEN' }, lock });
      return open ?? rows.findOne({ where: { fingerprint }, order: { raisedAt: 'DESC', id: 'DESC' }, lock });
    },
    page: async ({ first, after, state }) => {
      const from = decodeCursor(after);
      const query = rows
        .createQueryBuilder('d')
        .orderBy('d.raisedAt', 'DESC')
        .addOrderBy('d.id', 'DESC')
        .limit(pageSize({ first }) + 1);
      if (state !== undefined && state !== null) query.andWhere('d.state = :state', { state });
      if (from !== null) query.andWhere('(d.raisedAt, d.id) < (:key, :id)', from);
      const keyOf = ({ raisedAt, id }: Detection) => ({ key: raisedAt.toISOString(), id });
      return toPage(await query.getMany(), first, keyOf);
    },
  };
}

import { In, LessThanOrEqual, MoreThan } from 'typeorm';
import type { SuppressionState } from '@tocsin/contracts';
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
import type { Suppression } from '../domain/suppression.ts';
import { isId, noId } from './id.ts';
import { suppressionTable } from './suppression-table.ts';

/** Which suppressions are asked for; what is not given is not asked. */
export interface SuppressionFilter {
  readonly state?: SuppressionState | null;
  readonly detectorId?: string | null;
}

export interface SuppressionStore extends Store<Suppression> {
  among(ids: readonly string[]): Promise<Suppression[]>;
  /** Those of these detectors that act now; oldest first, so that the same one counts a match each time. */
  acting(detectorIds: readonly string[]): Promise<Suppression[]>;
  /** Those whose time is over and which do not say so yet, at most 100; locked. */
  lockOver(): Promise<Suppression[]>;
  /** Newest first. */
  page(order: PageOrder & SuppressionFilter): Promise<Page<Suppression>>;
}

export function suppressionStore(tx: Transaction): SuppressionStore {
  const rows = tx.manager.getRepository(suppressionTable);
  const find = async (id: string): Promise<Suppression | null> => (isId(id) ? rows.findOneBy({ id }) : null);
  return {
    aggregate: 'suppression',
    find,
    get: async (id) => {
      const suppression = await find(id);
      if (suppression === null) throw NotFound();
      return suppression;
    },
    save: (suppression) => saveVersioned(tx, suppressionTable, suppression),
    among: (ids) => rows.findBy({ id: In(ids.filter(isId)) }),
    acting: (detectorIds) =>
      rows.find({
        where: { detectorId: In([...detectorIds]), state: 'ACTIVE', expiresAt: MoreThan(tx.now) },
        order: { proposedAt: 'ASC', id: 'ASC' },
      }),
    lockOver: () =>
      rows.find({
        where: { state: 'ACTIVE', expiresAt: LessThanOrEqual(tx.now) },
        order: { id: 'ASC' },
        take: 100,
        lock: { mode: 'pessimistic_write', onLocked: 'skip_locked' },
      }),
    page: async ({ first, after, state, detectorId }) => {
      const from = decodeCursor(after);
      const query = rows
        .createQueryBuilder('s')
        .orderBy('s.proposedAt', 'DESC')
        .addOrderBy('s.id', 'DESC')
        .limit(pageSize({ first }) + 1);
      // By time, not only by what was noted: an active one ends at its expiry.
      const isOver = `s.state = 'ACTIVE' and s.expiresAt <= :now`;
      if (state !== undefined && state !== null)
        query.andWhere(`case when ${isOver} then 'EXPIRED' else s.state end = :state`, { state, now: tx.now });
      if (detectorId !== undefined && detectorId !== null)
        query.andWhere('s.detectorId = :detectorId', { detectorId: isId(detectorId) ? detectorId : noId });
      if (from !== null) query.andWhere('(s.proposedAt, s.id) < (:key, :id)', from);
      return toPage(await query.getMany(), first, ({ proposedAt, id }) => ({ key: proposedAt.toISOString(), id }));
    },
  };
}

/** How many signals each of these suppressions hid so far (D-8). */
export const hiddenBy = (
  tx: Transaction,
  ids: readonly string[],
): Promise<{ readonly id: string; readonly count: number }[]> =>
  tx.manager.sql`/* suppression.hidden */
    select suppression_id as id, sum(suppressed_count)::int as count from detection
    where suppression_id = any(${ids.filter(isId)}::uuid[]) group by suppression_id`;

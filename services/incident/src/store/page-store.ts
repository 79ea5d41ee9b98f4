import { In } from 'typeorm';
import { tableStore, type Store, type Transaction } from '@tocsin/database';
import type { PageKind, PageState } from '@tocsin/contracts';
import { NotFound } from '@tocsin/errors';
import type { Page } from '../domain/page.ts';
import { firstOfTwo } from './first-of-two.ts';
import { pageTable } from './page-table.ts';
import { isUuid } from './uuid.ts';

/** The pages that were sent to somebody. */
export interface OwnPagesQuery {
  readonly principalId: string;
  readonly limit: number;
  /** Only pages before this number; null for the newest. */
  readonly beforeNumber: number | null;
  readonly state: PageState | null;
}

interface PageStore extends Store<Page> {
  nextNumber(): Promise<number>;
  findBySubject(kind: PageKind, subjectId: string): Promise<Page | null>;
  /** Keeps others from changing it until the commit. Throws NOT_FOUND. */
  lock(id: string): Promise<Page>;
  /** Takes up to `limit` pages whose next step is due, so that no other worker takes them. */
  takeDue(limit: number): Promise<Page[]>;
  listByIncident(incidentIds: readonly string[]): Promise<Page[]>;
  /** The pages that called somebody because the incidents were opened. */
  listOpening(incidentIds: readonly string[]): Promise<Page[]>;
  /** Newest first. */
  pageOwn(query: OwnPagesQuery): Promise<Page[]>;
}

const rowsOf = tableStore('page', pageTable);

/** Pages, one for each kind and subject. */
export function pageStore(tx: Transaction): PageStore {
  const rows = tx.manager.getRepository(pageTable);
  const store = rowsOf(tx);
  return {
    ...store,
    get: async (id) => {
      const page = isUuid(id) ? await store.find(id) : null;
      if (page === null) throw NotFound();
      return page;
    },
    save: (page) => store.save(page).catch(firstOfTwo('page_subject_key')),
    nextNumber: async () => {
      const [row] = await tx.manager.sql<
        { number: string }[]
      >`/* page.next_number */ select nextval('page_number') as number`;
      return Number(row?.number);
    },
    findBySubject: (kind, subjectId) => rows.findOneBy({ kind, subjectId }),
    lock: async (id) => {
      const lock = { mode: 'pessimistic_write' } as const;
      const page = isUuid(id) ? await rows.findOne({ where: { id }, lock }) : null;
      if (page === null) throw NotFound();
      return page;
    },
    takeDue: (limit) =>
      rows
        .createQueryBuilder('page')
        .setLock('pessimistic_write')
        .setOnLocked('skip_locked')
        .where('page.next_step_at <= :now', { now: tx.now })
        .orderBy('page.next_step_at')
        .take(limit)
        .getMany(),
    listByIncident: (incidentIds) =>
      rows.find({ where: { incidentId: In([...incidentIds]) }, order: { number: 'ASC' } }),
    listOpening: (incidentIds) => rows.findBy({ kind: 'INCIDENT_OPENED', subjectId: In([...incidentIds]) }),
    pageOwn: (query) => pageOwn(tx, query),
  };
}

async function pageOwn(tx: Transaction, query: OwnPagesQuery): Promise<Page[]> {
  const { principalId, limit, beforeNumber, state } = query;
  const ids = await tx.manager.sql<{ id: string }[]>`/* page.own */
    select p.id from page p
    where exists (select 1 from page_message m where m.page_id = p.id and m.principal_id = ${principalId}::text)
      and (${beforeNumber}::integer is null or p.number < ${beforeNumber}::integer)
      and (${state}::text is null or p.state = ${state}::text)
    order by p.number desc
    limit ${limit}::integer`;
  return tx.manager
    .getRepository(pageTable)
    .find({ where: { id: In(ids.map(({ id }) => id)) }, order: { number: 'DESC' } });
}

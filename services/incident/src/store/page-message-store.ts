import { In } from 'typeorm';
import { tableStore, type Store, type Transaction } from '@tocsin/database';
import type { PageMessage } from '../domain/page-message.ts';
import { pageMessageTable } from './page-message-table.ts';

interface PageMessageStore extends Store<PageMessage> {
  /** Takes up to `limit` messages that are due, or whose worker is gone, so that no other worker takes them. */
  takeDue(limit: number): Promise<PageMessage[]>;
  /** In the order in which they were planned. */
  listByPage(pageIds: readonly string[]): Promise<PageMessage[]>;
  isSentTo(pageId: string, principalId: string): Promise<boolean>;
}

const rowsOf = tableStore('pageMessage', pageMessageTable);

/** The messages of pages. */
export function pageMessageStore(tx: Transaction): PageMessageStore {
  const rows = tx.manager.getRepository(pageMessageTable);
  return {
    ...rowsOf(tx),
    takeDue: (limit) =>
      rows
        .createQueryBuilder('message')
        .setLock('pessimistic_write')
        .setOnLocked('skip_locked')
        .where('message.next_attempt_at <= :now or message.lease_until <= :now', { now: tx.now })
        .orderBy('message.planned_at')
        .take(limit)
        .getMany(),
    listByPage: (pageIds) =>
      rows.find({
        where: { pageId: In([...pageIds]) },
        order: { plannedAt: 'ASC', principalId: 'ASC', channel: 'ASC' },
      }),
    isSentTo: (pageId, principalId) => rows.existsBy({ pageId, principalId }),
  };
}

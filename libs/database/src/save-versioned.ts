import type { EntitySchema, FindOptionsWhere, QueryDeepPartialEntity } from 'typeorm';
import { ConcurrentChange } from '@tocsin/errors';
import type { Transaction, Versioned } from './transaction.ts';

/** Refuses a command that was decided on an older version: CONCURRENT_CHANGE { expectedVersion, version }. */
export function expectVersion({ version }: Versioned, expectedVersion: number): void {
  if (version !== expectedVersion) throw ConcurrentChange({ expectedVersion, version });
}

/**
 * Inserts version 1; a later version replaces its predecessor, and its row stays locked until the commit. A violated
 * constraint is left to the store, which knows what it means.
 *
 * @throws DomainError CONCURRENT_CHANGE if the stored version is not the predecessor.
 */
export async function saveVersioned<Row extends Versioned>(
  tx: Transaction,
  table: EntitySchema<Row>,
  row: Row,
): Promise<void> {
  const values = row as QueryDeepPartialEntity<Row>;
  if (row.version === 1) {
    await tx.manager.insert(table, values);
    return;
  }
  const predecessor = { id: row.id, version: row.version - 1 } as FindOptionsWhere<Row>;
  const { affected } = await tx.manager.update(table, predecessor, values);
  if (affected === 1) return;
  const stored = await tx.manager.findOneBy(table, { id: row.id } as FindOptionsWhere<Row>);
  throw ConcurrentChange({ expectedVersion: row.version - 1, version: stored?.version ?? null });
}

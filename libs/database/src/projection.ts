import type { EntitySchema } from 'typeorm';
import type { Transaction } from './transaction.ts';

/* The SQL of rebuilding a projection; libs/messaging decides what goes in. */

/** A table of a projection, as TypeORM knows it. */
export type Table = EntitySchema;

const pathOf = (tx: Transaction, table: Table): string =>
  tx.manager.dataSource
    .getMetadata(table)
    .tablePath.split('.')
    .map((part) => `"${part}"`)
    .join('.');

/** The table's name, without its schema. */
export const nameOf = (tx: Transaction, table: Table): string => tx.manager.dataSource.getMetadata(table).tableName;

/** Nobody else writes to the tables until the transaction ends; reading goes on. Errors: UNAVAILABLE after 3 s of waiting. */
export async function lockTables(tx: Transaction, tables: readonly Table[]): Promise<void> {
  await tx.manager.query(
    `lock table ${tables.map((table) => pathOf(tx, table)).join(', ')} in share row exclusive mode`,
  );
}

/** One digest for each row, for telling what a rebuild changed. */
export async function digestsOf(tx: Transaction, table: Table): Promise<readonly string[]> {
  const rows = await tx.manager.query<{ digest: string }[]>(
    `select md5(t::text) as digest from ${pathOf(tx, table)} t`,
  );
  return rows.map(({ digest }) => digest);
}

export async function emptyTable(tx: Transaction, table: Table): Promise<void> {
  await tx.manager.query(`delete from ${pathOf(tx, table)}`);
}

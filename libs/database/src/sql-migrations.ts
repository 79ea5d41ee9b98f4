import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `1764000000000-create-incidents.sql` */
const fileName = /^(?<timestamp>\d{13})-(?<slug>[a-z0-9-]+)\.sql$/;

/**
 * The folder's `.sql` files as TypeORM migrations, oldest first; they only roll forward. A file that begins with
 * `-- no transaction` runs outside one (`create index concurrently`).
 *
 * @throws Error if a file is misnamed or the folder is missing.
 */
export function sqlMigrations(directory: string): (new () => MigrationInterface)[] {
  const files = readdirSync(directory).filter((file) => file.endsWith('.sql'));
  return files.sort().map((file) => {
    const { timestamp, slug } = fileName.exec(file)?.groups ?? {};
    if (timestamp === undefined || slug === undefined) {
      throw new Error(`Name it <13-digit timestamp>-<slug>.sql: ${file}`);
    }
    const sql = readFileSync(join(directory, file), 'utf8');
    return class implements MigrationInterface {
      /** TypeORM orders by these 13 digits. */
      readonly name = `${slug}-${timestamp}`;
      readonly transaction = !sql.startsWith('-- no transaction');
      async up(runner: QueryRunner): Promise<void> {
        await runner.query(sql);
      }
      down(): Promise<void> {
        return Promise.reject(new Error('Migrations only roll forward.'));
      }
    };
  });
}

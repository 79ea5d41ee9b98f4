import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import type { ServiceName } from '@tocsin/contracts';
import { rolesOf, withLock } from './admin-client.ts';
import { sqlMigrations } from './sql-migrations.ts';

const platformDirectory = fileURLToPath(new URL('../migrations/', import.meta.url));

/** Where a service keeps its own: `services/<service>/migrations`. */
export const migrationsOf = (service: ServiceName): string =>
  fileURLToPath(new URL(`../../../services/${service}/migrations/`, import.meta.url));

export const platformMigrations = (): string => platformDirectory;

/**
 * Brings the service's schema up to date as `<service>_owner`: first the platform's tables, then the service's own, on
 * which the application gets SELECT, INSERT, UPDATE and DELETE (see append_only() for less). Processes take turns.
 *
 * @param directory of the service's `.sql` files; null for the platform's tables alone.
 */
export async function migrateService(
  adminUrl: string,
  service: ServiceName,
  directory: string | null = migrationsOf(service),
): Promise<void> {
  const options = `-c role=${service}_owner -c search_path=${service}`;
  await withLock(
    adminUrl,
    `tocsin migrate ${service}`,
    async (client) => {
      await setDefaultPrivileges(client, service, 'revoke');
      await runMigrations(adminUrl, service, { options, directory: platformDirectory, table: 'platform_migration' });
      await setDefaultPrivileges(client, service, 'grant');
      if (directory === null) return;
      await runMigrations(adminUrl, service, { options, directory, table: 'migration' });
      await client.query(`revoke all on migration from ${rolesOf(service).app}`);
    },
    options,
  );
}

interface Run {
  readonly options: string;
  readonly directory: string;
  readonly table: string;
}

async function runMigrations(url: string, schema: ServiceName, { options, directory, table }: Run): Promise<void> {
  const source = new DataSource({
    type: 'postgres',
    url,
    schema,
    migrations: sqlMigrations(directory),
    migrationsTableName: table,
    migrationsTransactionMode: 'each',
    installExtensions: false,
    poolSize: 1,
    extra: { options },
  });
  await source.initialize();
  try {
    await source.runMigrations();
  } finally {
    await source.destroy();
  }
}

/** The platform's tables name their grants one by one; those of a service are the service's own to use. */
async function setDefaultPrivileges(client: Client, service: ServiceName, verb: 'grant' | 'revoke'): Promise<void> {
  const { app, schema } = rolesOf(service);
  const target = verb === 'grant' ? `to ${app}` : `from ${app}`;
  await client.query(`alter default privileges revoke execute on functions from public`);
  for (const rights of ['select, insert, update, delete on tables', 'usage on sequences', 'execute on functions']) {
    await client.query(`alter default privileges in schema ${schema} ${verb} ${rights} ${target}`);
  }
}

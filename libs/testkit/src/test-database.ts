import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, escapeIdentifier } from 'pg';
import type { EntitySchema } from 'typeorm';
import type { ServiceName } from '@tocsin/contracts';
import {
  connect,
  migrateService,
  migrationsOf,
  platformMigrations,
  provisionService,
  type Database,
} from '@tocsin/database';
import { createLogger } from '@tocsin/runtime';
import { testKeys } from './keys.ts';

/** A migrated database of one spec file's own. */
export interface TestDatabase {
  /** Started, as the role `<service>_app`. */
  readonly db: Database;
  /** Of the role `<service>_app`. */
  readonly url: string;
  /** One statement as superuser, with the service's schema on the search path. */
  admin<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Closes and drops it; call it after all tests. */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Folder of the service's migrations; null for the platform's tables alone. Default: the service's own. */
  readonly migrations?: string | null;
  readonly poolSize?: number;
}

/** Roles belong to the cluster, so that every database of a test run has the same. */
export const testPassword = 'tocsin-test';

/**
 * Copies a database that was migrated once per run: 70 to 100 ms. The copy is dropped by `drop()`.
 *
 * @throws Error without the environment of `npm test`.
 */
export async function testDatabase(
  service: ServiceName,
  tables: readonly EntitySchema[],
  { migrations = migrationsOf(service), poolSize = 5 }: TestDatabaseOptions = {},
): Promise<TestDatabase> {
  const cluster = clusterUrl();
  const template = await makeTemplate(cluster, service, migrations);
  const name = `t_${service}_${randomBytes(6).toString('hex')}`;
  await asAdmin(cluster, async (client) => {
    await client.query(`create database ${escapeIdentifier(name)} template ${escapeIdentifier(template)}`);
  });
  const url = urlOf(cluster, name, { user: `${service}_app`, password: testPassword });
  const { event } = await testKeys();
  const log = createLogger(service, process.env['TOCSIN_LOG_LEVEL'] ?? 'silent');
  const db = connect({ url, service, tables, log, signingKey: event[service].signingKey, poolSize });
  await db.start();
  const admin = new Client({ connectionString: urlOf(cluster, name), options: `-c search_path=${service}` });
  admin.on('error', () => undefined);
  await admin.connect();
  return {
    db,
    url,
    admin: async <Row>(sql: string, parameters: readonly unknown[] = []) =>
      (await admin.query(sql, [...parameters])).rows as Row[],
    drop: async () => {
      await db.stop();
      await admin.end();
      await dropDatabase(cluster, name);
    },
  };
}

/** The superuser's URL of the cluster that `npm test` started. */
export function clusterUrl(): string {
  const url = process.env['TOCSIN_TEST_DATABASE_URL'];
  if (url === undefined) throw new Error('There is no test database. Run this spec by: npm test -- <path of the spec>');
  return url;
}

/** The same cluster's URL for another database, and another role if given. */
export function urlOf(
  cluster: string,
  database: string,
  role?: { readonly user: string; readonly password: string },
): string {
  const url = new URL(cluster);
  url.pathname = `/${database}`;
  if (role !== undefined) Object.assign(url, { username: role.user, password: role.password });
  return url.href;
}

export async function dropDatabase(cluster: string, name: string): Promise<void> {
  await asAdmin(cluster, async (client) => {
    await client.query(`drop database if exists ${escapeIdentifier(name)} with (force)`);
  });
}

/**
 * The template's name follows from the migrations, so a changed one makes another. The lock is taken in the cluster's
 * main database, because roles are made meanwhile and they are shared by all.
 */
async function makeTemplate(cluster: string, service: ServiceName, migrations: string | null): Promise<string> {
  const folders = [platformMigrations(), ...(migrations === null ? [] : [migrations])];
  const template = `template_${service}_${digestOf(folders)}`;
  await asAdmin(cluster, async (client) => {
    await client.query(`select pg_advisory_lock(hashtextextended('tocsin test template', 0))`);
    const { rowCount } = await client.query('select from pg_database where datname = $1', [template]);
    if (rowCount !== 0) return;
    const draft = `${template}_draft`;
    await client.query(`drop database if exists ${escapeIdentifier(draft)} with (force)`);
    await client.query(`create database ${escapeIdentifier(draft)} template template0`);
    await provisionService(urlOf(cluster, draft), service, testPassword);
    await migrateService(urlOf(cluster, draft), service, migrations);
    // The name is the promise that it is complete.
    await client.query(`alter database ${escapeIdentifier(draft)} rename to ${escapeIdentifier(template)}`);
  });
  return template;
}

function digestOf(folders: readonly string[]): string {
  const hash = createHash('sha256');
  for (const folder of folders) {
    for (const file of readdirSync(folder).sort()) hash.update(file).update(readFileSync(join(folder, file)));
  }
  return hash.digest('hex').slice(0, 12);
}

async function asAdmin(cluster: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: cluster });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

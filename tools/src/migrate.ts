import pg from 'pg';
import { z } from 'zod';
import { serviceNames, type ServiceName } from '@tocsin/contracts';
import { migrateService, provisionService } from '@tocsin/database';
import { databaseConfig, json, kafkaConfig, loadConfig } from '@tocsin/runtime';
import { ensureTopics } from './kafka/topics.ts';
import { runIfProgram } from './program.ts';

export interface MigrateOptions {
  /** A superuser, or a role that may create databases and roles; any database of the server. */
  readonly adminUrl: string;
  /** Of the role `<service>_app`. */
  readonly passwords: Readonly<Record<ServiceName, string>>;
  readonly brokers: readonly string[];
}

export const databaseName = 'tocsin';

/** The same server and role, another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

/** How a service connects: as `<service>_app`, who owns nothing and is subject to row security. */
export function serviceUrl(databaseUrl: string, service: ServiceName, password: string): string {
  const url = new URL(databaseUrl);
  url.username = `${service}_app`;
  url.password = password;
  return url.href;
}

/**
 * Brings PostgreSQL and Kafka to what this version needs: the database, per service its schema, roles and tables, and
 * the topics. Changes nothing when everything is in place; safe to run again after it was interrupted.
 *
 * @returns a line for each topic setting that differs from ours; they are left as the operator made them
 */
export async function migrateAll({ adminUrl, passwords, brokers }: MigrateOptions): Promise<string[]> {
  const [{ differences }] = await Promise.all([ensureTopics(brokers), migrateDatabase(adminUrl, passwords)]);
  return differences;
}

async function migrateDatabase(adminUrl: string, passwords: MigrateOptions['passwords']): Promise<void> {
  await createDatabase(adminUrl);
  const url = withDatabase(adminUrl, databaseName);
  // Roles and grants on the database live in shared catalogues, where two writers at once disturb each other.
  for (const service of serviceNames) await provisionService(url, service, passwords[service]);
  await Promise.all(serviceNames.map((service) => migrateService(url, service)));
}

async function createDatabase(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [databaseName]);
    if (rowCount === 0) await client.query(`create database ${databaseName}`);
  } catch (error) {
    // Another migration was quicker.
    if ((error as { code?: string }).code !== '42P04') throw error;
  } finally {
    await client.end();
  }
}

/** The migration of a deployment (Compose): `node … tools/src/migrate.ts`, settings from the environment. */
async function main(): Promise<void> {
  const password = z.string().min(1);
  const config = loadConfig({
    DATABASE_URL: databaseConfig.DATABASE_URL.describe(
      'PostgreSQL >= 15, as a role that may create databases and roles',
    ),
    KAFKA_BROKERS: kafkaConfig.KAFKA_BROKERS,
    TOCSIN_APP_PASSWORDS: json(
      z.object({ detection: password, incident: password, classification: password, notification: password }),
    ).describe('password per service, JSON'),
  });
  const differences = await migrateAll({
    adminUrl: config.DATABASE_URL,
    passwords: config.TOCSIN_APP_PASSWORDS,
    brokers: config.KAFKA_BROKERS,
  });
  for (const difference of differences) process.stderr.write(`${difference}\n`);
  process.stdout.write('Database and topics are up to date.\n');
}

runIfProgram(import.meta.url, main);

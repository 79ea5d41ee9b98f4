import { setTimeout as sleep } from 'node:timers/promises';
import { escapeIdentifier, escapeLiteral, type Client } from 'pg';
import type { ServiceName } from '@tocsin/contracts';
import { rolesOf, withLock } from './admin-client.ts';
import { codeOf } from './outage.ts';

/** Two processes of a service with a pool each, and room for the operator. */
const connectionLimit = 40;

/** The same role made (42710, 23505) or changed (XX000 "tuple concurrently updated") by another session. */
const disturbances = ['42710', '23505', 'XX000'];
const attempts = 20;

/** Pinned per role, so that no session of the application can be without them (`eventing.md` section 11). */
const settings = (schema: string): readonly string[] => [
  `search_path = ${schema}`,
  `statement_timeout = '15s'`,
  `lock_timeout = '3s'`,
  `idle_in_transaction_session_timeout = '10s'`,
  `timezone = 'UTC'`,
];

/**
 * Makes the roles and the schema of one service in the database of `adminUrl`: `<service>_owner` (owns and migrates),
 * `<service>_app` (the running service; owns nothing) and `<service>_audit` (owns audit_append()). Repeatable, also by
 * several processes at once; a repeat sets the application's password anew.
 *
 * @param adminUrl of a superuser, or of a role with CREATEROLE that may create schemas in the database.
 * @throws Error if the application's role may bypass row security.
 */
export async function provisionService(adminUrl: string, service: ServiceName, appPassword: string): Promise<void> {
  await undisturbed(() => provision(adminUrl, service, appPassword));
}

/**
 * Advisory locks belong to one database and roles to the whole server, so that two databases of a server that are
 * provisioned together disturb each other. Each step is repeatable: do all of it again.
 */
async function undisturbed(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attempts || !disturbances.includes(codeOf(error))) throw error;
      // Unequal pauses, or the same two meet again.
      await sleep(20 + 100 * Math.random());
    }
  }
}

async function provision(adminUrl: string, service: ServiceName, appPassword: string): Promise<void> {
  await withLock(adminUrl, 'tocsin provision', async (client) => {
    const { owner, app, audit, schema } = rolesOf(service);
    await createRole(client, `${service}_owner`, 'nologin');
    await createRole(client, `${service}_audit`, 'nologin');
    await createRole(client, `${service}_app`, 'login noinherit');
    await client.query(`alter role ${app} login noinherit connection limit ${connectionLimit}
      password ${escapeLiteral(appPassword)}`);
    await refuseBypass(client, `${service}_app`);
    for (const setting of settings(schema)) await client.query(`alter role ${app} set ${setting}`);
    await joinRoles(client, service);
    await client.query(`create schema if not exists ${schema} authorization ${owner}`);
    await client.query(`revoke all on schema ${schema} from public`);
    await client.query(`grant usage on schema ${schema} to ${app}, ${audit}`);
    await closeDatabase(client, app);
  });
}

async function createRole(client: Client, name: string, attributes: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [name]);
  if (rowCount === 0) await client.query(`create role ${escapeIdentifier(name)} ${attributes}`);
}

/** NOBYPASSRLS is the default, and only a superuser may name it; so it is checked instead of set. */
async function refuseBypass(client: Client, name: string): Promise<void> {
  const { rowCount } = await client.query(
    'select from pg_roles where rolname = $1 and (rolbypassrls or rolsuper or rolcreaterole or rolcreatedb)',
    [name],
  );
  if (rowCount !== 0) throw new Error(`The role ${name} has more rights than a service may have.`);
}

/** The owner hands audit_append() to the audit role; an administrator who is no superuser must be able to act as owner. */
async function joinRoles(client: Client, service: ServiceName): Promise<void> {
  const { owner, audit } = rolesOf(service);
  await client.query(`grant ${audit} to ${owner}`);
  const { rows } = await client.query<{ me: string; isMember: boolean }>(
    `select current_user as me, rolsuper as "isMember" from pg_roles where rolname = current_user`,
  );
  if (rows[0]?.isMember === false) await client.query(`grant ${owner} to ${escapeIdentifier(rows[0].me)}`);
}

/** Nobody has anything in this database by being PUBLIC. */
async function closeDatabase(client: Client, app: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>('select current_database() as name');
  const database = escapeIdentifier(rows[0]?.name ?? '');
  await client.query(`revoke all on database ${database} from public`);
  await client.query(`grant connect on database ${database} to ${app}`);
  await client.query('revoke all on schema public from public');
}

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { serviceNames } from '@tocsin/contracts';
import { clusterUrl, dropDatabase, testPassword, urlOf } from '@tocsin/testkit';
import { migrateService, provisionService } from './index.ts';

const appendOnly = ['event_log', 'decision', 'audit', 'notice_version'];

describe('the roles of a service', () => {
  const cluster = clusterUrl();
  const name = `t_roles_${randomBytes(6).toString('hex')}`;
  const admin = urlOf(cluster, name);
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-migrations-'));
  let app: Client;

  beforeAll(async () => {
    const client = new Client({ connectionString: cluster });
    await client.connect();
    await client.query(`create database ${name}`);
    await client.end();
    writeFileSync(
      join(folder, '1764000001000-create-notices.sql'),
      `create table notice (id bigint generated always as identity primary key, title text);
       create table notice_version (id int primary key); select append_only('notice_version');`,
    );
    // All at once, and twice: both are repeatable.
    for (let round = 0; round < 2; round += 1) {
      await Promise.all(serviceNames.map((service) => provisionService(admin, service, testPassword)));
      await Promise.all(serviceNames.map((service) => migrateService(admin, service, folder)));
    }
    const login = { user: 'incident_app', password: testPassword };
    app = new Client({ connectionString: urlOf(cluster, name, login) });
    await app.connect();
  });
  afterAll(async () => {
    await app.end();
    await dropDatabase(cluster, name);
    rmSync(folder, { recursive: true });
  });

  const ask = async (sql: string): Promise<unknown[]> => (await app.query(sql)).rows as unknown[];

  it('S-14 pin the search path and the time limits', async () => {
    const rows =
      await ask(`select current_setting('search_path') as path, current_setting('statement_timeout') as statement,
      current_setting('lock_timeout') as lock, current_setting('idle_in_transaction_session_timeout') as idle,
      current_setting('timezone') as zone`);
    expect(rows).toEqual([{ path: 'incident', statement: '15s', lock: '3s', idle: '10s', zone: 'UTC' }]);
  });

  it('S-14 have no power beyond logging in', async () => {
    const rows =
      await ask(`select rolname from pg_roles where rolname ~ '^(${serviceNames.join('|')})_(app|owner|audit)$'
      and (rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls
        or (rolname like '%\\_app') <> rolcanlogin or (rolname like '%\\_app' and rolinherit))`);
    expect(rows).toEqual([]);
  });

  it('S-14 give the application nothing in another schema', async () => {
    const rows = await ask(`select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'
      and nspname <> 'incident' and (has_schema_privilege(oid, 'usage') or has_schema_privilege(oid, 'create'))`);
    expect(rows).toEqual([]);
    await expect(app.query('select * from detection.outbox')).rejects.toMatchObject({ code: '42501' });
    await expect(app.query('set role detection_app')).rejects.toMatchObject({ code: '42501' });
    await expect(app.query('set role incident_owner')).rejects.toMatchObject({ code: '42501' });
  });

  it('S-14 let the application define nothing', async () => {
    for (const statement of ['create table mine (id int)', 'create temp table mine (id int)', 'drop table notice']) {
      await expect(app.query(statement)).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('S-14 give no UPDATE, DELETE or TRUNCATE on append-only tables', async () => {
    const rows = await ask(`select relname from pg_class where relnamespace = 'incident'::regnamespace
      and relname in ('${appendOnly.join("', '")}')
      and (has_table_privilege(oid, 'update') or has_table_privilege(oid, 'delete') or has_table_privilege(oid, 'truncate')
        or has_any_column_privilege(oid, 'update'))`);
    expect(rows).toEqual([]);
    for (const table of appendOnly) {
      await expect(app.query(`delete from ${table}`)).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('S-14 grant on the platform tables what the code needs and no more', async () => {
    const rows = (await ask(`select relname as table, string_agg(lower(privilege), ' ' order by privilege) as rights
      from pg_class, unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES']) as privilege
      where relnamespace = 'incident'::regnamespace and relkind = 'r' and has_table_privilege(oid, privilege)
      group by relname`)) as { table: string; rights: string }[];
    expect(Object.fromEntries(rows.map(({ table, rights }) => [table, rights]))).toEqual({
      aggregate: 'insert select update',
      audit: 'select',
      audit_head: 'insert select',
      audit_tip: 'select',
      command: 'insert select',
      decision: 'insert select',
      event_log: 'insert select',
      halted_key: 'delete insert select update',
      inbox: 'insert select',
      notice: 'delete insert select update',
      notice_version: 'insert select',
      outbox: 'delete insert select',
      outbox_parked: 'delete insert select',
      outbox_shard: 'select update',
      parked: 'insert select',
      progress: 'insert select update',
      slice_start: 'delete insert select update',
    });
  });

  it('S-38 let the audit role own audit_append() and create nothing', async () => {
    const rows = await ask(`select pg_get_userbyid(proowner) as owner, prosecdef as definer, proconfig as settings,
        has_schema_privilege('incident_audit', 'incident', 'create') as creates,
        has_function_privilege('detection_app', oid, 'execute') as foreign
      from pg_proc where proname = 'audit_append' and pronamespace = 'incident'::regnamespace`);
    const settings = ['search_path=incident, pg_temp'];
    expect(rows).toEqual([{ owner: 'incident_audit', definer: true, settings, creates: false, foreign: false }]);
  });

  it('are made for several databases of one server at once, although they share the roles', async () => {
    const names = [1, 2, 3, 4, 5, 6].map((n) => `${name}_${String(n)}`);
    const client = new Client({ connectionString: cluster });
    await client.connect();
    for (const each of names) await client.query(`create database ${each}`);
    try {
      const made = names.map((each) => provisionService(urlOf(cluster, each), 'incident', testPassword));
      expect(await Promise.allSettled(made)).toEqual(names.map(() => ({ status: 'fulfilled', value: undefined })));
    } finally {
      await client.end();
      for (const each of names) await dropDatabase(cluster, each);
    }
  });
});

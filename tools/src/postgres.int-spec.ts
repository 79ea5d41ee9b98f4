import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { freePorts } from './ports.ts';
import { startPostgres, type RunningPostgres } from './postgres.ts';
import { isAlive } from './process/identity.ts';

jest.setTimeout(60_000);

let directory: string;
let port: number;
let running: RunningPostgres | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tocsin-postgres-'));
  port = (await freePorts()).postgres;
});

afterEach(async () => {
  await running?.stop();
  if (running !== undefined) await rm(running.directory, { recursive: true, force: true });
  await rm(directory, { recursive: true, force: true });
  running = undefined;
});

const start = async (): Promise<RunningPostgres> =>
  (running = await startPostgres({ directory, port, durable: false, say: () => undefined }));

async function ask(sql: string, url = running?.url ?? ''): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('our PostgreSQL', () => {
  it('keeps every acknowledged commit over a SIGKILL, on the same port', async () => {
    const postgres = await start();
    await ask('create table kept (n int)');
    for (let n = 1; n <= 20; n += 1) await ask(`insert into kept values (${String(n)})`);
    const { pid } = postgres;
    await postgres.kill();
    expect(isAlive(pid)).toBe(false);
    await postgres.start();
    expect(postgres.pid).not.toBe(pid);
    expect(await ask('select count(*)::int as n from kept')).toEqual([{ n: 20 }]);
  });

  it('takes over from a start that was killed and left its server running', async () => {
    const tried = `import { startPostgres } from ${JSON.stringify(fileURLToPath(new URL('postgres.ts', import.meta.url)))};
      const { pid } = await startPostgres({ directory: ${JSON.stringify(directory)}, port: ${String(port)}, durable: false, say() {} });
      process.stdout.write(String(pid)); process.kill(process.pid, 'SIGKILL');`;
    const args = ['--import', 'tsx', '--input-type=module', '-e', tried];
    const killed = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: fileURLToPath(new URL('.', import.meta.url)),
    });
    let printed = '';
    killed.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    await once(killed, 'close');
    const orphan = Number(printed);
    expect(isAlive(orphan)).toBe(true);
    const postgres = await start();
    expect(isAlive(orphan)).toBe(false);
    expect(postgres.pid).not.toBe(orphan);
  });

  it('asks for its password, listens on loopback only, speaks UTC and logs no values', async () => {
    const postgres = await start();
    const wrong = new URL(postgres.url);
    wrong.password = 'wrong';
    await expect(ask('select 1', wrong.href)).rejects.toThrow(/password authentication failed/);
    expect((await stat(join(directory, 'postgres-password'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(directory, 'postgres-password'), 'utf8')).toBe(new URL(postgres.url).password);
    const names = [
      'listen_addresses',
      'unix_socket_directories',
      'TimeZone',
      'log_parameter_max_length',
      'max_connections',
    ];
    const settings = await ask(`select name, setting from pg_settings where name = any('{${names.join(',')}}')`);
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      TimeZone: 'UTC',
      log_parameter_max_length: '0',
      max_connections: '300',
    });
  });

  it('says so when its port is taken, and lets go of the folder', async () => {
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    await expect(start()).rejects.toThrow(`Port ${String(port)} for PostgreSQL is taken`);
    await new Promise((resolve) => other.close(resolve));
    await start();
  });
});

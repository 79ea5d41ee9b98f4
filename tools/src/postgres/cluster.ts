import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SetupError } from '../setup-error.ts';
import { program } from './binaries.ts';
import type { PostgresHome } from './home.ts';

const run = promisify(execFile);

export const superuser = 'postgres';

export const dataOf = (home: PostgresHome): string => join(home.folder, 'data');

/**
 * Makes the cluster, unless it is there: complete or not at all, whatever kills it meanwhile. Independent of the
 * system's locales: UTF-8, compared by code point.
 *
 * @throws SetupError if the data are those of another major version.
 */
export async function createCluster(home: PostgresHome, password: string): Promise<void> {
  const data = dataOf(home);
  if (existsSync(data)) {
    await mustBeSameVersion(home);
    return;
  }
  const unfinished = `${data}.new`;
  const passwordFile = join(home.folder, 'password');
  await rm(unfinished, { recursive: true, force: true });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (home.account !== undefined) await chown(passwordFile, home.account.uid, home.account.gid);
  try {
    await initdb(home, ['--pgdata', unfinished, '--pwfile', passwordFile]);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(unfinished, data);
}

async function initdb(home: PostgresHome, args: readonly string[]): Promise<void> {
  const fixed = ['--username', superuser, '--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C'];
  const locale = ['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'];
  try {
    await run(program(home.programs, 'initdb'), [...fixed, ...locale, '--no-instructions', ...args], {
      cwd: home.folder,
      env: environment(),
      ...(home.account && { uid: home.account.uid, gid: home.account.gid }),
    });
  } catch (cause) {
    const { stderr = '' } = cause as { stderr?: string };
    throw new Error(`initdb failed in ${home.folder}:\n${stderr.trim()}`, { cause });
  }
}

async function mustBeSameVersion(home: PostgresHome): Promise<void> {
  const stored = (await readFile(join(dataOf(home), 'PG_VERSION'), 'utf8')).trim();
  if (home.version.split('.')[0] === stored) return;
  throw new SetupError(
    `The stored data are of PostgreSQL ${stored}, the server is ${home.version}. ` +
      `Remove ${dataOf(home)} to begin anew, or check out the version that made them.`,
  );
}

/** The server needs little of our environment, and none of its secrets. */
export function environment(): NodeJS.ProcessEnv {
  const wanted = ['PATH', 'TMPDIR', 'SYSTEMROOT', 'TEMP', 'TMP'];
  return {
    ...Object.fromEntries(
      wanted.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
    ),
    LC_ALL: 'C',
  };
}

/** The server's settings, as arguments: the configuration file in the data folder is left as initdb wrote it. */
export function serverArguments(home: PostgresHome, port: number, isDurable: boolean): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '300',
    shared_buffers: '128MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Values and rows may be personal data: neither parameters nor details of errors are logged.
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    log_error_verbosity: 'terse',
    max_wal_size: '2GB',
    // Commits still reach the system before they are acknowledged: without fsync a SIGKILL loses nothing, a power cut may.
    ...(!isDurable && { fsync: 'off', full_page_writes: 'off' }),
  };
  return ['-D', dataOf(home), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

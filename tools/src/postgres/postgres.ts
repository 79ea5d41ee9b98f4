import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startChild, watchDeath, type Child, type Death } from '../process/child.ts';
import type { Guard } from '../process/guard.ts';
import { createCluster, dataOf, environment, serverArguments, superuser } from './cluster.ts';
import { program } from './binaries.ts';
import { preparePostgresHome, type PostgresHome } from './home.ts';
import { stopOrphanedPostgres } from './orphan.ts';

export interface PostgresOptions {
  /** The state folder of the installation; PostgreSQL's own folder is in it, if its user can enter it. */
  readonly stateDir: string;
  readonly port: number;
  readonly password: string;
  /** Whether a power cut may lose nothing (fsync); tests do without. */
  readonly isDurable: boolean;
  readonly guard?: Guard | undefined;
  readonly onDeath?: ((death: Death) => void) | undefined;
}

/** A real PostgreSQL of our own on loopback; can be stopped or killed and started again, on the same port and data. */
export interface Postgres {
  readonly version: string;
  /** Superuser, database `postgres`. */
  readonly url: string;
  readonly notice: string | undefined;
  /** Where the data are; removed with them. */
  readonly folder: string;
  /** Of the server that runs, or ran last. */
  pid(): number;
  start(): Promise<void>;
  /** Finishes nothing, loses nothing: open transactions are rolled back. */
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/** Prepares the server and its data; `start` runs it. */
export async function createPostgres(options: PostgresOptions): Promise<Postgres> {
  const home = await preparePostgresHome(options.stateDir);
  await createCluster(home, options.password);
  const url = `postgres://${superuser}:${options.password}@127.0.0.1:${String(options.port)}/postgres`;
  let child: Child | undefined;
  return {
    version: home.version,
    url,
    notice: home.notice,
    folder: home.folder,
    pid: () => child?.pid ?? 0,
    start: async () => {
      await stopOrphanedPostgres(dataOf(home));
      child = await startServer(home, options, url);
      watchDeath(child, options.onDeath);
    },
    stop: async () => child?.stop(),
    kill: async () => child?.kill(),
  };
}

/** After a SIGKILL the old server's backends take a moment to notice; until then the new one refuses. */
const stillBusy = /pre-existing shared memory block|lock file "postmaster.pid" already exists/;
const patienceMs = 30_000;

async function startServer(home: PostgresHome, options: PostgresOptions, url: string): Promise<Child> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const child = await spawnServer(home, options);
    if (await isReady(url, child, deadline)) return child;
    await child.stop();
    const output = (await child.exited).lastLines.join('\n');
    if (!stillBusy.test(output) || performance.now() > deadline)
      throw new Error(`PostgreSQL did not start (its log: ${logOf(options)}):\n${output}`);
    await sleep(200);
  }
}

const logOf = ({ stateDir }: PostgresOptions): string => join(stateDir, 'logs', 'postgres.log');

async function spawnServer(home: PostgresHome, options: PostgresOptions): Promise<Child> {
  return await startChild({
    name: 'postgres',
    kind: 'postgres',
    command: program(home.programs, 'postgres'),
    args: serverArguments(home, options.port, options.isDurable),
    cwd: home.folder,
    env: environment(),
    account: home.account,
    logFile: logOf(options),
    pidFolder: join(options.stateDir, 'run'),
    guard: options.guard,
  });
}

async function isReady(url: string, child: Child, deadline: number): Promise<boolean> {
  while (child.isRunning() && performance.now() < deadline) {
    if (await answers(url)) return true;
    await sleep(25);
  }
  return false;
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

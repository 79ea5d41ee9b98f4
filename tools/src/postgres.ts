import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { writeDurably } from './durable-file.ts';
import { program } from './postgres/binaries.ts';
import { createCluster, dataOf, environment, serverArguments, superuser } from './postgres/cluster.ts';
import { preparePostgresHome, type PostgresHome } from './postgres/home.ts';
import { stopOrphanedPostgres } from './postgres/orphan.ts';
import { isReadyWithin, startChild, type Child } from './process/child.ts';
import { claimFolder, releaseFolder } from './process/pid-file.ts';
import { mustBeFree } from './process/port.ts';
import { stopPostgres } from './process/stop.ts';

export interface PostgresOptions {
  /** Holds the password and the log; the data too, if the user who runs PostgreSQL can enter it. */
  readonly directory: string;
  readonly port: number;
  /** Whether a power cut may lose nothing (fsync); tests do without. */
  readonly durable: boolean;
  say(line: string): void;
}

/** A real PostgreSQL of our own, on loopback only. */
export interface RunningPostgres {
  /** Superuser, database `postgres`. */
  readonly url: string;
  readonly port: number;
  /** Where the data really are. Started by root this may be outside the folder wanted: who removes that removes this. */
  readonly directory: string;
  readonly pid: number;
  /** Open transactions are rolled back. */
  stop(): Promise<void>;
  /** SIGKILL, for fault tests. */
  kill(): Promise<void>;
  /** Again, on the same port and data. */
  start(): Promise<void>;
}

/**
 * Starts PostgreSQL, after it stopped what a killed start left behind on the same folder.
 *
 * @throws SetupError for what the person at the terminal can put right: a taken port, a second start on one folder.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const { directory, port, say } = options;
  await mkdir(directory, { recursive: true });
  await claimFolder(directory);
  const home = await preparePostgresHome(directory);
  if (home.notice !== undefined) say(home.notice);
  await stopOrphanedPostgres(dataOf(home));
  const password = await passwordFor(directory, home, say);
  await createCluster(home, password);
  const url = `postgres://${superuser}:${password}@127.0.0.1:${String(port)}/postgres`;
  let server = await startServer(home, options, url);
  return {
    url,
    port,
    directory: home.folder,
    get pid() {
      return server.pid;
    },
    stop: async () => {
      await server.stop();
      await releaseFolder(directory);
    },
    kill: () => server.kill(),
    start: async () => {
      if (server.isRunning()) return;
      await claimFolder(directory);
      server = await startServer(home, options, url);
    },
  };
}

/** Whoever removed the password wanted to begin anew; the data it opened are put aside all the same, not removed. */
async function passwordFor(directory: string, home: PostgresHome, say: (line: string) => void): Promise<string> {
  const file = join(directory, 'postgres-password');
  if (existsSync(file)) return (await readFile(file, 'utf8')).trim();
  if (existsSync(dataOf(home))) {
    const aside = `${dataOf(home)}.${String(Date.now())}`;
    await rename(dataOf(home), aside);
    say(`  The password ${file} is gone: PostgreSQL begins anew, its former data are in ${aside}.`);
  }
  const password = randomBytes(24).toString('base64url');
  await writeDurably(file, password, 0o600);
  return password;
}

/** After a SIGKILL the old server's backends take a moment to notice; until then the new one refuses. */
const stillBusy = /pre-existing shared memory block|lock file "postmaster.pid" already exists/;
const patienceMs = 30_000;

async function startServer(home: PostgresHome, options: PostgresOptions, url: string): Promise<Child> {
  await mustBeFree(options.port, 'PostgreSQL');
  const logFile = join(options.directory, 'postgres.log');
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const server = await spawnServer(home, options, logFile);
    if (await isReadyWithin(server, patienceMs, () => answers(url))) return server;
    await server.stop();
    if (!stillBusy.test(server.output()) || performance.now() > deadline)
      throw new Error(`PostgreSQL did not start (its log: ${logFile}):\n${server.output()}`);
    await sleep(200);
  }
}

const spawnServer = (home: PostgresHome, { port, durable }: PostgresOptions, logFile: string): Promise<Child> =>
  startChild({
    command: program(home.programs, 'postgres'),
    args: serverArguments(home, port, durable),
    cwd: home.folder,
    env: environment(),
    account: home.account,
    logFile,
    escalation: stopPostgres,
  });

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

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from './durable-file.ts';
import { dataOf } from './postgres/cluster.ts';
import { preparePostgresHome } from './postgres/home.ts';
import { stopOrphanedPostgres } from './postgres/orphan.ts';
import { createPostgres, type Postgres } from './postgres/postgres.ts';
import type { Death } from './process/child.ts';
import type { Guard } from './process/guard.ts';
import { lockedServer } from './process/locked-server.ts';
import { portMustBeFree } from './process/port.ts';

export interface StartPostgresOptions {
  /** Holds the password and the log; the data too, if the user who runs PostgreSQL can enter it. */
  readonly directory: string;
  readonly port: number;
  /** Whether a power cut may lose nothing (fsync); a SIGKILL loses nothing either way. */
  readonly durable: boolean;
  say(line: string): void;
  /** Stops the server when this process is killed without a chance to do so. */
  readonly guard?: Guard | undefined;
  /** The server ended though nobody asked it to. */
  readonly onDeath?: ((death: Death) => void) | undefined;
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
export async function startPostgres(options: StartPostgresOptions): Promise<RunningPostgres> {
  const { directory, port, durable, say, guard, onDeath } = options;
  await mkdir(directory, { recursive: true });
  let postgres: Postgres | undefined;
  const prepare = async (): Promise<Postgres> => {
    const password = await passwordFor(directory, say);
    const prepared = await createPostgres({ stateDir: directory, port, password, isDurable: durable, guard, onDeath });
    if (prepared.notice !== undefined) say(prepared.notice);
    return prepared;
  };
  const server = lockedServer(join(directory, 'postgres.lock.json'), {
    start: async () => {
      postgres ??= await prepare();
      await portMustBeFree(port, 'PostgreSQL');
      await postgres.start();
    },
    stop: async () => postgres?.stop(),
    kill: async () => postgres?.kill(),
  });
  await server.start();
  return {
    ...server,
    url: postgres?.url ?? '',
    port,
    directory: postgres?.folder ?? directory,
    get pid() {
      return postgres?.pid() ?? 0;
    },
  };
}

/**
 * The superuser's password, made once. Whoever removed it wanted to begin anew; the data it opened are put aside all the
 * same, not removed.
 */
async function passwordFor(directory: string, say: (line: string) => void): Promise<string> {
  const data = dataOf(await preparePostgresHome(directory));
  await stopOrphanedPostgres(data);
  const file = join(directory, 'postgres-password');
  if (existsSync(file)) return (await readFile(file, 'utf8')).trim();
  if (existsSync(data)) {
    const aside = `${data}.${String(Date.now())}`;
    await rename(data, aside);
    say(`  The password ${file} is gone: PostgreSQL begins anew, its former data are in ${aside}.`);
  }
  const password = randomBytes(24).toString('base64url');
  await writeDurably(file, password, 0o600);
  return password;
}

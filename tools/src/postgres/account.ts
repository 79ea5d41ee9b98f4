import { execFileSync, spawnSync } from 'node:child_process';
import { SetupError } from '../setup-error.ts';

/** The user that PostgreSQL runs as when we are root: it refuses to run as root itself. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const name = 'postgres';

/** Undefined for an ordinary user, who runs PostgreSQL as himself; for root the system user `postgres`, made if missing. */
export function databaseAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const account = findAccount();
  if (account !== undefined) return account;
  createAccount();
  const created = findAccount();
  if (created === undefined) throw cannotCreate;
  return created;
}

const cannotCreate = new SetupError(
  `PostgreSQL does not run as root, and the system user \`${name}\` could not be made. ` +
    'Make one, or start as an ordinary user, or set DATABASE_URL.',
);

function findAccount(): Account | undefined {
  const uid = idOf('-u');
  const gid = idOf('-g');
  return uid === undefined || gid === undefined ? undefined : { name, uid, gid };
}

function idOf(flag: '-u' | '-g'): number | undefined {
  try {
    return Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return undefined;
  }
}

function createAccount(): void {
  const ways = [
    ['useradd', '--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name],
    ['adduser', '-S', '-D', '-H', name],
  ] as const;
  for (const [command, ...args] of ways) if (spawnSync(command, args, { stdio: 'ignore' }).status === 0) return;
  throw cannotCreate;
}

/** Whether the account can enter a folder, all its parents included. */
export const canEnter = (account: Account, folder: string): boolean =>
  spawnSync('sh', ['-c', 'cd "$0"', folder], { uid: account.uid, gid: account.gid, cwd: '/', stdio: 'ignore' })
    .status === 0;

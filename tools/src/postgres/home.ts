import { createHash } from 'node:crypto';
import { chown, chmod, lstat, mkdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError } from '../setup-error.ts';
import { canEnter, databaseAccount, type Account } from './account.ts';
import { completeInstallation, copyPostgres, installedPostgres, versionOf } from './binaries.ts';

/** Where PostgreSQL's programs and data are, and who runs it. */
export interface PostgresHome {
  readonly programs: string;
  /** Holds `data`; belongs to the account. */
  readonly folder: string;
  readonly account: Account | undefined;
  readonly version: string;
  /** Said at the start when programs or data are not where one looks for them. */
  readonly notice: string | undefined;
}

/** For root, when the account cannot enter the checkout: root's own home is closed to others. */
const elsewhere = '/var/lib/tocsin';

/**
 * Finds or prepares a place for PostgreSQL that belongs to the state in `stateDir`.
 *
 * @throws SetupError if PostgreSQL cannot run on this system.
 */
export async function preparePostgresHome(stateDir: string): Promise<PostgresHome> {
  const installed = installedPostgres();
  await completeInstallation(installed);
  const account = databaseAccount();
  const programs = await enterablePrograms(installed, account);
  const version = versionOf(programs, account);
  if (version === undefined) throw cannotRun(programs);
  const folder = await dataFolder(stateDir, account);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (account !== undefined) {
    await chmod(folder, 0o700);
    await chown(folder, account.uid, account.gid);
  }
  return { programs, folder, account, version, notice: noticeOf({ programs, folder, account, installed, stateDir }) };
}

/** Removes the data that belongs to the state in `stateDir`, wherever they are. */
export async function wipePostgres(stateDir: string): Promise<void> {
  for (const folder of [join(stateDir, 'postgres'), await folderElsewhere(stateDir)])
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

async function enterablePrograms(installed: string, account: Account | undefined): Promise<string> {
  if (account === undefined || versionOf(installed, account) !== undefined) return installed;
  await makeElsewhere();
  return await copyPostgres(installed, join(elsewhere, 'postgresql'));
}

async function dataFolder(stateDir: string, account: Account | undefined): Promise<string> {
  await mkdir(stateDir, { recursive: true });
  if (account === undefined || canEnter(account, stateDir)) return join(stateDir, 'postgres');
  await makeElsewhere();
  return await folderElsewhere(stateDir);
}

async function folderElsewhere(stateDir: string): Promise<string> {
  const path = await realpath(stateDir).catch(() => stateDir);
  return join(elsewhere, createHash('sha256').update(path).digest('hex').slice(0, 16));
}

/** Root runs what is in it: nobody else may write there. */
async function makeElsewhere(): Promise<void> {
  await mkdir(elsewhere, { recursive: true, mode: 0o755 });
  const { uid, mode } = await lstat(elsewhere);
  if (uid !== 0 || (mode & 0o022) !== 0)
    throw new SetupError(`${elsewhere} must belong to root and be writable by root only.`);
}

function noticeOf(home: {
  programs: string;
  folder: string;
  account: Account | undefined;
  installed: string;
  stateDir: string;
}): string | undefined {
  if (home.account === undefined) return undefined;
  const places = [
    ...(home.programs === home.installed ? [] : [`its programs are in ${home.programs}`]),
    ...(home.folder.startsWith(home.stateDir) ? [] : [`its data in ${home.folder}`]),
  ];
  const runsAs = `  As root: PostgreSQL runs as the user ${home.account.name}`;
  return places.length === 0 ? `${runsAs}.` : `${runsAs}, who cannot enter this folder; ${places.join(', ')}.`;
}

const cannotRun = (programs: string): SetupError =>
  new SetupError(
    `PostgreSQL in ${programs} does not run here (on Linux it needs glibc and the libraries beside it). ` +
      'Run `npm rebuild`, or set DATABASE_URL to a PostgreSQL >= 15 of your own.',
  );

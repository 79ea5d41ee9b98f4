import { existsSync } from 'node:fs';
import { chmod, lstat, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeLock } from './lock.ts';
import { pathsOf } from './paths.ts';
import { wipePostgres } from './postgres/home.ts';
import { stopOrphans } from './process/pid-file.ts';

const prefix = 'tocsin-test-';

/** A state folder for one test run. */
export interface Throwaway {
  readonly state: string;
  /** Removes it; nothing may run on it any more. */
  remove(): Promise<void>;
}

/** Makes one under the system's temporary folder. What killed runs left there is stopped and removed first. */
export async function createThrowaway(parent?: string): Promise<Throwaway> {
  const folder = await realpath(parent ?? tmpdir());
  await removeAbandoned(folder);
  const state = await mkdtemp(join(folder, prefix));
  // As root: PostgreSQL's user must be able to enter it. What is secret in it has modes of its own.
  if (process.getuid?.() === 0) await chmod(state, 0o711);
  const lock = await takeLock(pathsOf(state).lock);
  return {
    state,
    remove: async () => {
      await removeState(state);
      await lock.release();
    },
  };
}

async function removeAbandoned(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.startsWith(prefix));
  for (const name of names) {
    const state = join(folder, name);
    if (!(await mayBeAbandoned(state))) continue;
    try {
      await takeLock(pathsOf(state).lock);
    } catch {
      // Another run uses it.
      continue;
    }
    await stopOrphans(pathsOf(state).run);
    await removeState(state);
  }
}

/**
 * Ours, and locked once: without a lock it is only just being made. Everybody may write to the temporary folder:
 * what another user put there must not tell root which processes to stop.
 */
async function mayBeAbandoned(state: string): Promise<boolean> {
  const found = await lstat(state).catch(() => undefined);
  if (found === undefined || !found.isDirectory() || found.uid !== process.getuid?.()) return false;
  return existsSync(pathsOf(state).lock);
}

async function removeState(state: string): Promise<void> {
  await wipePostgres(state);
  await rm(state, { recursive: true, force: true, maxRetries: 3 });
}

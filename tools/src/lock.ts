import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { identityOf } from './process/identity.ts';
import { SetupError } from './setup-error.ts';

const Holder = z.object({ pid: z.int().positive(), identity: z.string().min(1) });
type Holder = z.infer<typeof Holder>;

/** Held as long as this process uses the state folder. */
export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes the state folder for this process. A lock whose holder is gone (killed, or another program has its id by
 * now) is taken over.
 *
 * @throws SetupError if another start holds it.
 */
export async function takeLock(path: string): Promise<Lock> {
  await mkdir(dirname(path), { recursive: true });
  const mine: Holder = { pid: process.pid, identity: identityOf(process.pid) ?? 'unknown' };
  // Linked into place complete, so that nobody reads half a lock.
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  await writeFile(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    while (!(await linkIfAbsent(draft, path))) {
      if (await replaceStale(path, draft)) break;
      await sleep(10);
    }
  } finally {
    await rm(draft, { force: true });
  }
  return { release: () => releaseOwn(path, mine) };
}

async function linkIfAbsent(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Puts our draft in the place of a dead holder's lock. Of several that try, only the one with the right to take over
 * may look and replace; that right is a lock itself, so its holder may be killed too.
 *
 * @returns false if the lock is to be looked at again
 */
async function replaceStale(path: string, draft: string): Promise<boolean> {
  mustBeGone(await readHolder(path));
  const right = await takeLock(`${path}.takeover`).catch((error: unknown) => {
    if (error instanceof SetupError) return undefined;
    throw error;
  });
  if (right === undefined) return false;
  try {
    // Another one may have been quicker.
    const holder = await readHolder(path);
    mustBeGone(holder);
    if (holder === undefined) return false;
    await rename(draft, path);
    return true;
  } finally {
    await right.release();
  }
}

/** Undefined if there is no lock (any more). */
async function readHolder(path: string): Promise<Holder | 'damaged' | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return Holder.parse(JSON.parse(text));
  } catch {
    return 'damaged';
  }
}

const isRunning = ({ pid, identity }: Holder): boolean => identityOf(pid) === identity;

function mustBeGone(holder: Holder | 'damaged' | undefined): void {
  if (holder === undefined || holder === 'damaged' || !isRunning(holder)) return;
  throw new SetupError(
    `Tocsin runs already with this state folder (process ${String(holder.pid)}). Stop that one, or set TOCSIN_STATE to another folder.`,
  );
}

async function releaseOwn(path: string, mine: Holder): Promise<void> {
  const holder = await readHolder(path);
  if (holder !== undefined && holder !== 'damaged' && holder.identity === mine.identity && holder.pid === mine.pid)
    await rm(path, { force: true });
}

import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { takeLock } from './lock.ts';
import { identityOf } from './process/identity.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-lock-'));
  path = join(folder, 'state', 'lock.json');
});
afterEach(() => rm(folder, { recursive: true }));

const write = async (holder: object | string): Promise<void> => {
  await (await takeLock(path)).release();
  await writeFile(path, typeof holder === 'string' ? holder : JSON.stringify(holder));
};

describe('the lock of a state folder', () => {
  it('is held by one process at a time, and names it to the second', async () => {
    const lock = await takeLock(path);
    await expect(takeLock(path)).rejects.toThrow(new RegExp(`process ${String(process.pid)}.*TOCSIN_STATE`));
    await lock.release();
    await (await takeLock(path)).release();
    expect(existsSync(path)).toBe(false);
  });

  it('is given to exactly one of many that ask at the same time', async () => {
    await write({ pid: process.pid, identity: 'a process that had this id before' });
    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(path)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is taken over from a process that is gone, or whose id another program has by now', async () => {
    await write({ pid: 4_194_303, identity: 'gone' });
    await (await takeLock(path)).release();
    await write({ pid: process.pid, identity: 'another program' });
    const lock = await takeLock(path);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ pid: process.pid, identity: identityOf(process.pid) });
    await lock.release();
  });

  it('is taken over when the file is damaged', async () => {
    await write('{"pid":');
    await (await takeLock(path)).release();
  });

  it('leaves nothing behind, and releases only what is its own', async () => {
    const lock = await takeLock(path);
    const foreign = JSON.stringify({ pid: 1, identity: 'somebody else' });
    await writeFile(path, foreign);
    await lock.release();
    expect(await readFile(path, 'utf8')).toBe(foreign);
    expect(await readdir(join(folder, 'state'))).toEqual(['lock.json']);
  });
});

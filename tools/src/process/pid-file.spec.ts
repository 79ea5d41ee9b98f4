import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isAlive } from './identity.ts';
import { stopOrphans, writePidFile } from './pid-file.ts';

let folder: string;
let orphan: ChildProcess;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-run-'));
  orphan = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => 0, 1000)'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await new Promise((resolve) => orphan.stdout?.once('data', resolve));
});
afterEach(async () => {
  orphan.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

const pidOf = ({ pid }: ChildProcess): number => pid ?? 0;

describe('what a killed start left running', () => {
  it('is stopped by the next one and forgotten', async () => {
    await writePidFile(folder, 'incident', 'service', pidOf(orphan));
    expect(await stopOrphans(folder)).toEqual(['incident']);
    expect(isAlive(pidOf(orphan))).toBe(false);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is left alone when the id belongs to another process by now', async () => {
    await writePidFile(folder, 'incident', 'service', pidOf(orphan));
    const file = join(folder, 'incident.json');
    const remembered = JSON.parse(await readFile(file, 'utf8')) as { identity: string };
    await writeFile(file, JSON.stringify({ ...remembered, identity: `0 ${remembered.identity}` }));
    expect(await stopOrphans(folder)).toEqual([]);
    expect(isAlive(pidOf(orphan))).toBe(true);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is nothing when there was no start', async () => {
    expect(await stopOrphans(join(folder, 'never-made'))).toEqual([]);
  });
});

import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pathsOf } from './paths.ts';
import { createThrowaway } from './throwaway.ts';

let parent: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'tocsin-throwaway-'));
});
afterEach(() => rm(parent, { recursive: true }));

describe('the folder of a test run', () => {
  it('is of this run alone and goes with it', async () => {
    const [one, other] = [await createThrowaway(parent), await createThrowaway(parent)];
    expect(one.state).not.toBe(other.state);
    await one.remove();
    expect([existsSync(one.state), existsSync(other.state)]).toEqual([false, true]);
    await other.remove();
  });

  it('is removed by the next run if its own was killed', async () => {
    const abandoned = await createThrowaway(parent);
    await writeFile(pathsOf(abandoned.state).lock, JSON.stringify({ pid: 4_194_303, identity: 'gone' }));
    const next = await createThrowaway(parent);
    expect(existsSync(abandoned.state)).toBe(false);
    await next.remove();
  });
});

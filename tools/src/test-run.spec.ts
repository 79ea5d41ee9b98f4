import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runJest, verdictOf, type Totals, type Verdict } from './test-run.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-jest-'));
  await writeFile(join(folder, 'jest.config.json'), JSON.stringify({ testEnvironment: 'node', transform: {} }));
});
afterEach(() => rm(folder, { recursive: true }));

async function run(suites: Readonly<Record<string, string>>): Promise<Verdict> {
  for (const [name, text] of Object.entries(suites)) await writeFile(join(folder, `${name}.test.js`), text);
  return await runJest({ args: [], env: process.env, folder, cwd: folder, config: 'jest.config.json', isQuiet: true });
}

describe('the totals of a real run', () => {
  it('count tests, and a suite that could not run as one failure', async () => {
    const verdict = await run({
      mixed: `test('a', () => {}); test('b', () => { throw new Error('no'); }); test.skip('c', () => {}); test.todo('d');`,
      good: `test('e', () => {}); test('f', () => {});`,
      broken: `throw new Error('could not load');`,
    });
    expect(verdict).toEqual({ line: '3 passed, 2 failed, 2 skipped', exitCode: 1 });
  });

  it('are a success only if every test passed', async () => {
    expect(await run({ good: `test('a', () => {}); test('b', () => {});` })).toEqual({
      line: '2 passed, 0 failed',
      exitCode: 0,
    });
  });

  it('are a failure when what comes after the tests fails', async () => {
    const verdict = await run({ late: `test('a', () => {}); afterAll(() => { throw new Error('no'); });` });
    expect(verdict).toMatchObject({ line: '1 passed, 1 failed', exitCode: 1 });
  });

  it('are a failure when nothing ran', async () => {
    expect(await run({})).toEqual({ line: '0 passed, 1 failed', exitCode: 1, remark: 'No test ran.' });
    expect(await run({ skipped: `test.skip('a', () => {});` })).toMatchObject({
      line: '0 passed, 1 failed, 1 skipped',
      exitCode: 1,
    });
  });
});

describe('the verdict', () => {
  const good: Totals = { passed: 5, failed: 0, skipped: 0, brokenSuites: 0, wasInterrupted: false };

  it('does not hide that Jest itself failed', () => {
    expect(verdictOf(good, 1)).toMatchObject({ line: '5 passed, 1 failed', exitCode: 1 });
  });

  it('does not call an interrupted run a success', () => {
    expect(verdictOf({ ...good, wasInterrupted: true }, 0)).toMatchObject({ line: '5 passed, 1 failed', exitCode: 1 });
  });

  it('is a failure when Jest did not get as far as counting', () => {
    expect(verdictOf(undefined, 0)).toMatchObject({ line: '0 passed, 1 failed', exitCode: 1 });
  });
});

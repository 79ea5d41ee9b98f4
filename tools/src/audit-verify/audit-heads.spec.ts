import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { main } from '../cli/main.ts';

let folder: string;
let shown: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-collect-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  shown = '';
  process.env['TOCSIN_STATE'] = folder;
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    shown += String(text);
    return true;
  });
});
afterEach(() => {
  delete process.env['TOCSIN_STATE'];
  jest.restoreAllMocks();
});

describe('npx tocsin audit-heads', () => {
  it.each([[[]], [['collect']], [['collect', '--file']], [['keep', '--file', 'x']], [['collect', 'x', '--file', 'x']]])(
    'exits with 2 when it is called wrongly: %j',
    async (args) => {
      expect(await main(['audit-heads', ...args])).toBe(2);
      expect(shown).toContain('Usage: npx tocsin audit-heads collect --file <file>');
    },
  );

  it('exits with 1 and asks for the keys where no installation is', async () => {
    expect(await main(['audit-heads', 'collect', '--file', join(folder, 'heads.jws')])).toBe(1);
    expect(shown).toMatch(/^There is no installation in .*--keys/);
  });
});

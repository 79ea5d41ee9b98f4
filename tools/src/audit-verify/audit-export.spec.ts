import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { main } from '../cli/main.ts';

let shown: string;
beforeEach(() => {
  shown = '';
  process.env['TOCSIN_STATE'] = join(tmpdir(), 'tocsin-nowhere');
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    shown += String(text);
    return true;
  });
});
afterEach(() => {
  delete process.env['TOCSIN_STATE'];
  jest.restoreAllMocks();
});

describe('npx tocsin audit-export', () => {
  it.each([[[]], [['classification']], [['gateway', '--file', 'x']], [['incident', 'detection', '--file', 'x']]])(
    'exits with 2 when it is called wrongly: %j',
    async (args) => {
      expect(await main(['audit-export', ...args])).toBe(2);
      expect(shown).toContain('Usage: npx tocsin audit-export <detection|');
    },
  );

  it('exits with 1 where no installation is', async () => {
    expect(await main(['audit-export', 'classification', '--file', 'trail.zip'])).toBe(1);
    expect(shown).toMatch(/^There is no installation in /);
  });
});

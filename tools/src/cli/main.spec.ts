import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { help, main } from './main.ts';
import { subcommands } from './subcommands.ts';

describe('npx tocsin', () => {
  const shown: string[] = [];
  beforeEach(() => {
    shown.length = 0;
    for (const stream of [process.stdout, process.stderr])
      jest.spyOn(stream, 'write').mockImplementation((text) => shown.push(String(text)) > 0);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('lists what it can do, and exits with 0 if it was asked to', async () => {
    expect([await main(['--help']), shown.join('')]).toEqual([0, `${help()}\n`]);
    for (const [name, { usage, summary }] of Object.entries(subcommands)) {
      expect(usage.startsWith(name)).toBe(true);
      expect(help()).toContain(summary);
    }
  });

  it.each([[[]], [['fly']], [['constructor']], [['public-keys', '--all']]])(
    'exits with 2 when it is called wrongly, and shows how: %j',
    async (args) => {
      expect(await main(args)).toBe(2);
      expect(shown.join('')).toContain('npx tocsin');
    },
  );
});

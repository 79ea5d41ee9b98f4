import { describe, expect, it } from '@jest/globals';
import { describeDeath, warningIn } from './service-process.ts';

describe('what a service says', () => {
  it.each([
    ['{"level":"info","msg":"ready"}', undefined],
    ['{"level":"warn","msg":"slow"}', 'WARN slow'],
    ['{"level":"error","msg":"lost","err":{"message":"no route"}}', 'ERROR lost: no route'],
    ['{"level":"fatal"}', 'FATAL '],
    ['{"level":', undefined],
    ['plain text', undefined],
  ])('%s is shown as %s', (line, shown) => {
    expect(warningIn(line)).toBe(shown);
  });

  it('is repeated when it ended unasked, with the way to all of it', () => {
    const death = {
      name: 'incident',
      cause: 'exit code 1',
      lastLines: ['one', 'two'],
      logFile: 'x.log',
      isUnwanted: true,
    };
    expect(describeDeath(death)).toBe(
      'incident ended (exit code 1). Its last lines (all of them: x.log):\n  one\n  two',
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.ts';

describe('eventually', () => {
  it('repeats an assertion until it passes and returns its value', async () => {
    let tries = 0;
    const value = await eventually(
      () => {
        tries += 1;
        expect(tries).toBe(3);
        return 'third';
      },
      { pauseMs: 1 },
    );
    expect(value).toBe('third');
  });

  it('throws what the assertion threw last when the time is over', async () => {
    const never = eventually(() => Promise.reject(new Error('still not')), { timeoutMs: 20, pauseMs: 5 });
    await expect(never).rejects.toThrow('still not');
  });
});

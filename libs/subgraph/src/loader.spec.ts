import { describe, expect, it } from '@jest/globals';
import { createLoader } from './index.ts';

describe('createLoader', () => {
  it('asks once for all ids of a tick, each once, and answers in the order of the asking', async () => {
    const asked: (readonly string[])[] = [];
    const loader = createLoader((ids) => {
      asked.push(ids);
      // As a database answers: in its own order, without what it does not show.
      return Promise.resolve([...ids].reverse().flatMap((id) => (id === 'hidden' ? [] : [{ id, name: `n-${id}` }])));
    });
    const names = await Promise.all(['a', 'hidden', 'b', 'a'].map(async (id) => (await loader.load(id))?.name));
    expect(names).toEqual(['n-a', undefined, 'n-b', 'n-a']);
    expect(asked).toEqual([['a', 'hidden', 'b']]);
    await expect(loader.load('hidden')).resolves.toBeNull();
  });

  it('splits what is too long for one query', async () => {
    const sizes: number[] = [];
    const loader = createLoader((ids) => {
      sizes.push(ids.length);
      return Promise.resolve(ids.map((id) => ({ id })));
    });
    await loader.loadMany(Array.from({ length: 501 }, (_, index) => String(index)));
    expect(sizes).toEqual([500, 1]);
  });
});

import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signSeal, type SigningKey } from '@tocsin/access';
import { chainCount, headType, sha256, statedClaims, zeros } from '@tocsin/audit';
import { makeKey } from '@tocsin/testkit';
import { openHeadsBook, type Sequence } from './heads-book.ts';

let folder: string;
let key: SigningKey;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-book-'));
  ({ signingKey: key } = await makeKey('incident'));
});
afterAll(() => rm(folder, { recursive: true }));

const head = (n: number, prev: string, service = 'incident', seq = n): Promise<string> => {
  const tips = Array.from({ length: chainCount }, (_, chain) => ({ chain, seq, hash: zeros }));
  return signSeal(headType, { service, n, at: `2026-11-22T10:00:0${n}.000000Z`, prev, tips }, key);
};
async function sequence(): Promise<string[]> {
  const heads: string[] = [];
  for (let n = 1; n <= 4; n += 1) heads.push(await head(n, n === 1 ? zeros : sha256(heads[n - 2] ?? '')));
  return heads;
}
/** Keeps the heads in the file, and tells what it has then. */
async function keep(name: string, heads: readonly string[]): Promise<readonly Sequence[]> {
  const book = await openHeadsBook(join(folder, name));
  for (const jws of heads) await book.keep(jws, statedClaims(jws));
  await book.close();
  return book.summary();
}
const content = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

describe('S-40 the file of collected heads', () => {
  it('grows by what is new, and holds each head once', async () => {
    const heads = await sequence();
    const other = await head(1, zeros, 'detection');
    expect(await keep('grows', [...heads.slice(0, 2), heads[0] ?? ''])).toMatchObject([{ heads: 2, added: 2 }]);
    expect(await keep('grows', [...heads, other])).toEqual([
      { service: 'incident', heads: 4, first: 1, last: 4, added: 2, problems: [] },
      { service: 'detection', heads: 1, first: 1, last: 1, added: 1, problems: [] },
    ]);
    expect(await content('grows')).toBe(`${[...heads, other].join('\n')}\n`);
  });

  it('goes on after a crash in the midst of a line', async () => {
    const [first = '', second = ''] = await sequence();
    await keep('crashed', [first]);
    await appendFile(join(folder, 'crashed'), second.slice(0, 40));
    expect(await keep('crashed', [first, second])).toMatchObject([{ heads: 2, added: 1 }]);
    expect(await content('crashed')).toBe(`${first}\n${second}\n`);
  });

  it('tells gaps, and what contradicts itself, and keeps it all the same', async () => {
    const [one = '', two = '', three = '', four = ''] = await sequence();
    const problems = async (name: string, heads: readonly string[]) => (await keep(name, heads))[0]?.problems;
    expect(await problems('from the midst', [three, four])).toEqual([]);
    expect(await problems('gap', [one, three, four])).toEqual(['HEAD_MISSING: head 2 is not there']);
    expect(await problems('wide', [one, four])).toEqual(['HEAD_MISSING: heads 2 to 3 are not there']);
    const again = await head(2, sha256(one), 'incident', 1);
    expect(await problems('twice', [one, two, again])).toEqual(['FORKED: there are two heads 2']);
    expect(await content('twice')).toBe(`${one}\n${two}\n${again}\n`);
    expect(await problems('other', [one, again, three])).toEqual(['FORKED: head 3 continues another head 2']);
  });

  it('is refused if it is no such file', async () => {
    await appendFile(join(folder, 'letter'), 'Dear auditor\n');
    await expect(openHeadsBook(join(folder, 'letter'))).rejects.toThrow();
  });
});

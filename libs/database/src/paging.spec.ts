import { describe, expect, it } from '@jest/globals';
import { decodeCursor, pageSize, toPage } from './paging.ts';

const rows = [3, 2, 1].map((nth) => ({ id: `id-${nth}`, openedAt: `2026-11-2${nth}T09:00:00.000001Z` }));
const keyOf = ({ id, openedAt }: { id: string; openedAt: string }) => ({ key: openedAt, id });

describe('a page', () => {
  it('knows from one row more that there is a next one', () => {
    const page = toPage(rows, 2, keyOf);
    expect(page.edges.map(({ node }) => node.id)).toEqual(['id-3', 'id-2']);
    expect(page.pageInfo).toEqual({ hasNextPage: true, endCursor: page.edges[1]?.cursor });
    expect(toPage(rows, 3, keyOf).pageInfo.hasNextPage).toBe(false);
    expect(toPage([], 3, keyOf)).toEqual({ edges: [], pageInfo: { hasNextPage: false, endCursor: null } });
  });

  it('goes on where its cursor stands, to the microsecond', () => {
    const { endCursor } = toPage(rows, 2, keyOf).pageInfo;
    expect(decodeCursor(endCursor)).toEqual({ key: '2026-11-22T09:00:00.000001Z', id: 'id-2' });
    expect(decodeCursor(null)).toBeNull();
    expect(decodeCursor(undefined)).toBeNull();
  });

  it.each(['', 'x', 'W10', Buffer.from('["a"]').toString('base64url'), Buffer.from('[1,2]').toString('base64url')])(
    'refuses the cursor "%s"',
    (cursor) => expect(() => decodeCursor(cursor)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' })),
  );

  it.each([0, -1, 101, 1.5, Number.NaN])('refuses to hold %d', (first) => {
    expect(() => pageSize({ first })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });
});

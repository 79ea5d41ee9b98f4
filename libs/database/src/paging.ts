import { z } from 'zod';
import { InvalidInput } from '@tocsin/errors';

/** A page of a list that is read by keyset, newest first: stable while rows are added. */
export interface Page<T> {
  readonly edges: { readonly cursor: string; readonly node: T }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export interface PageOrder {
  /** How many, 1 to 100. */
  readonly first: number;
  /** The cursor after which to go on. */
  readonly after?: string | null | undefined;
}

/** Where a page ended: the sort key as text, and the id that breaks ties. Never a timestamp that JavaScript rounded. */
export interface Position {
  readonly key: string;
  readonly id: string;
}

const largestPage = 100;
const Cursor = z.tuple([z.string().max(200), z.string().min(1).max(200)]);

/** The place that a cursor names; null at the beginning. Errors: INVALID_INPUT if it is not one of ours. */
export function decodeCursor(after: string | null | undefined): Position | null {
  if (after === null || after === undefined) return null;
  try {
    const [key, id] = Cursor.parse(JSON.parse(Buffer.from(after, 'base64url').toString('utf8')));
    return { key, id };
  } catch {
    throw InvalidInput({ field: 'after', reason: 'is not a cursor of this list' });
  }
}

/** Checks a page's size. Errors: INVALID_INPUT unless 1 to 100. */
export function pageSize({ first }: Pick<PageOrder, 'first'>): number {
  if (Number.isInteger(first) && first >= 1 && first <= largestPage) return first;
  throw InvalidInput({ field: 'first', reason: `1 to ${largestPage}` });
}

/** Makes the page of up to `first + 1` rows, of which the last only tells that there is more. */
export function toPage<T>(rows: readonly T[], first: number, keyOf: (row: T) => Position): Page<T> {
  const edges = rows.slice(0, first).map((node) => ({ cursor: encodeCursor(keyOf(node)), node }));
  return { edges, pageInfo: { hasNextPage: rows.length > first, endCursor: edges.at(-1)?.cursor ?? null } };
}

const encodeCursor = ({ key, id }: Position): string => Buffer.from(JSON.stringify([key, id])).toString('base64url');

import type { Principal } from '@tocsin/access';
import { auditHeads } from './audit-head.ts';
import { auditChain, type AuditRow } from './audit-trail.ts';
import type { Database } from './database.ts';
import { read } from './in-transaction.ts';

/* What only grows is read in pages, each in a transaction of its own: a slow reader holds none open. */

const pageSize = 1_000;

/** The JWS of heads after `after` and up to `last`, in order. */
export async function* headsUpTo(
  db: Database,
  by: Principal,
  { after: before, last }: { readonly after: number; readonly last: number },
): AsyncGenerator<string> {
  for (let after = before; after < last;) {
    const page = await read(db, by, (tx) => auditHeads(tx, { after, last, limit: pageSize }));
    yield* page.map(({ jws }) => jws);
    after = page.at(-1)?.n ?? last;
  }
}

/** One chain from its first row up to `last`. */
export async function* chainUpTo(
  db: Database,
  by: Principal,
  { chain, last }: { readonly chain: number; readonly last: number },
): AsyncGenerator<AuditRow> {
  for (let after = 0; after < last;) {
    const page = await read(db, by, (tx) => auditChain(tx, chain, { after, last, limit: pageSize }));
    yield* page;
    after = page.at(-1)?.seq ?? last;
  }
}

import canonicalize from 'canonicalize';
import type { EntityManager } from 'typeorm';
import type { JsonObject } from './json.ts';

/** One line of the audit trail. The body holds ids, names and numbers only, so that erasure keeps the chain valid (S-41). */
export interface AuditEntry {
  /** The principal's id. */
  readonly actor: string;
  readonly action: string;
  /** `<aggregate>:<id>` */
  readonly subject: string;
  readonly body: JsonObject;
}

/**
 * Appends the entries, ordered by subject so that two transactions lock chains in the same order as far as they can.
 * Call it last: each chain stays locked until the commit.
 */
export async function appendAudit(manager: EntityManager, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await manager.query(
    `select audit_append(actor, action, subject, body) from (
       select * from jsonb_to_recordset($1::jsonb) as e (actor text, action text, subject text, body text, nth int)
       order by get_byte(sha256(convert_to(subject, 'UTF8')), 0) & 15, nth) ordered`,
    [JSON.stringify(entries.map((entry, nth) => ({ ...entry, body: canonicalJson(entry.body), nth })))],
  );
}

/** The package is CommonJS and its types say otherwise: the default import is the function itself. */
const serialize = canonicalize as unknown as (value: unknown) => string | undefined;

/** RFC 8785: the same value always has the same text. */
export function canonicalJson(value: unknown): string {
  const text = serialize(value);
  if (text === undefined) throw new Error('This value has no JSON.');
  return text;
}

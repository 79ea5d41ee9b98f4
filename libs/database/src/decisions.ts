import type { Decision } from '@tocsin/contracts';
import type { Transaction } from './transaction.ts';

/** Appends the decisions about one aggregate; they are never changed (I-1). */
export async function recordDecisions(
  tx: Transaction,
  about: { readonly type: string; readonly id: string },
  decisions: readonly Decision[],
): Promise<void> {
  if (decisions.length === 0) return;
  await tx.manager.query(
    `insert into decision (id, aggregate_type, aggregate_id, kind, value, actor_id, role, at, reason, evidence_ids,
       policy_version)
     select id, $2, $3, kind, value, "actorId", role, at, reason, "evidenceIds", "policyVersion"
     from jsonb_to_recordset($1::jsonb) as d (id uuid, kind text, value jsonb, "actorId" text, role text,
       at timestamptz, reason text, "evidenceIds" uuid[], "policyVersion" text, nth int)
     order by nth`,
    [JSON.stringify(decisions.map((decision, nth) => ({ ...decision, nth }))), about.type, about.id],
  );
}

/** Every decision about any of these aggregates, and about which: by aggregate as given, oldest first within one. */
export const decisionsOfParts = (
  tx: Transaction,
  parts: readonly { readonly aggregate: string; readonly id: string }[],
): Promise<(Decision & { readonly subject: string })[]> =>
  tx.manager.query<(Decision & { readonly subject: string })[]>(
    `select d.id, kind, value, actor_id as "actorId", role, at, reason, evidence_ids as "evidenceIds",
       policy_version as "policyVersion", p.aggregate || ':' || p.id as subject
     from jsonb_to_recordset($1::jsonb) as p (aggregate text, id uuid, nth int)
       join decision d on d.aggregate_type = p.aggregate and d.aggregate_id = p.id
     order by p.nth, d.position`,
    [JSON.stringify(parts.map(({ aggregate, id }, nth) => ({ aggregate, id, nth })))],
  );

/** Every decision about one aggregate, or those of one kind, oldest first. A customer's transaction sees none. */
export const decisionsOf = (tx: Transaction, aggregate: string, id: string, kind?: string): Promise<Decision[]> =>
  tx.manager.query<Decision[]>(
    `select id, kind, value, actor_id as "actorId", role, at, reason, evidence_ids as "evidenceIds",
       policy_version as "policyVersion"
     from decision where aggregate_type = $1 and aggregate_id = $2 and ($3::text is null or kind = $3) order by position`,
    [aggregate, id, kind ?? null],
  );

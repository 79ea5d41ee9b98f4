import type { Decision } from '@tocsin/contracts';
import {
  auditTrail,
  decisionsOfParts,
  decodeCursor,
  pageSize,
  toPage,
  type AuditRow,
  type Page,
  type Transaction,
} from '@tocsin/database';
import { InvalidInput } from '@tocsin/errors';
import type { Evidence, Incident } from './domain/incident.ts';
import type { PostMortem } from './domain/post-mortem.ts';
import { partsOf } from './store/incident-parts.ts';
import { incidentStore } from './store/incident-store.ts';
import { postMortemStore } from './store/post-mortem-store.ts';

/** Evidence without what it says: that it exists, of what, and who recorded it. */
export type EvidenceMetadata = Omit<Evidence, 'text' | 'fromIncidentId'>;

/** The incident without what evidence says, and without those it was merged with or is related to: a grant is for one. */
export type AuditedIncident = Omit<Incident, 'evidence' | 'relatedIncidentIds' | 'mergedInto' | 'mergedFrom'> & {
  readonly evidence: readonly EvidenceMetadata[];
};

/** A decision, and about what it was made: `incident:<id>`, `postMortem:<id>` … */
export type AuditedDecision = Decision & { readonly subject: string };

/** What an auditor reads of an incident, besides its audit trail. */
export interface AuditRecord {
  readonly incident: AuditedIncident;
  /** By subject, and oldest first within one. */
  readonly decisions: readonly AuditedDecision[];
  readonly postMortem: PostMortem | null;
}

/* Both only after `accessToAudit`. */

/** The whole record as it is now. */
export async function auditRecord(tx: Transaction, incidentId: string): Promise<AuditRecord> {
  const incident = await incidentStore(tx).get(incidentId);
  const decisions = await decisionsOfParts(tx, await partsOf(tx, incident.id));
  const postMortem = await postMortemStore(tx).findByIncident(incident.id);
  return { incident: audited(incident), decisions, postMortem };
}

function audited(incident: Incident): AuditedIncident {
  const { relatedIncidentIds: _related, mergedInto: _into, mergedFrom: _from, ...own } = incident;
  const evidence = incident.evidence.map(({ text: _text, fromIncidentId: _origin, ...metadata }) => metadata);
  return { ...own, evidence };
}

/** A page of what was done and read about the incident and its parts, oldest first. Errors: INVALID_INPUT. */
export async function pageAuditTrail(
  tx: Transaction,
  order: { readonly incidentId: string; readonly first: number; readonly after: string | null },
): Promise<Page<AuditRow>> {
  const first = pageSize(order);
  const after = placeOf(order.after);
  const subjects = (await partsOf(tx, order.incidentId)).map(({ aggregate, id }) => `${aggregate}:${id}`);
  const rows = await auditTrail(tx, subjects, { limit: first + 1, after });
  return toPage(rows, first, ({ at, chain, seq }) => ({ key: at, id: `${chain}/${seq}` }));
}

function placeOf(cursor: string | null): Pick<AuditRow, 'at' | 'chain' | 'seq'> | null {
  const place = decodeCursor(cursor);
  if (place === null) return null;
  const { chain, seq } = /^(?<chain>\d{1,2})\/(?<seq>\d{1,15})$/.exec(place.id)?.groups ?? {};
  if (chain === undefined || seq === undefined || !/^[\d-]{10}T[\d:]{8}\.\d{6}Z$/.test(place.key))
    throw InvalidInput({ field: 'after', reason: 'is not a cursor of this list' });
  return { at: place.key, chain: Number(chain), seq: Number(seq) };
}

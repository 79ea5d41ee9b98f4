import { mayAtAll, type Operation } from '@tocsin/access';
import { auditingRefusals, type Transaction } from '@tocsin/database';
import { Forbidden, NotFound } from '@tocsin/errors';
import { actingAs, type Act } from './domain/act.ts';
import { mustBeGranted, mustExist, nextEntry, type CustodyEntry, type RecordedAct } from './domain/custody.ts';
import { EvidenceNotStored } from './domain/errors.ts';
import { environmentsIn, type Evidence } from './domain/incident.ts';
import { offerTicket, type OfferedTicket } from './file-tickets.ts';
import { memberActing } from './incidents.ts';
import { custodyStore } from './store/custody-store.ts';
import { evidenceFileStore } from './store/evidence-file-store.ts';
import type { EvidenceFile } from './store/evidence-file-table.ts';

/** A ticket to bring the bytes of evidence. Errors: ENVIRONMENT_NOT_GRANTED, EVIDENCE_DESTROYED. */
export async function offerUpload(tx: Transaction, { evidenceId }: EvidenceTarget): Promise<OfferedTicket> {
  const { evidence, last } = await handling(tx, 'uploadEvidence', evidenceId);
  return offerTicket(tx, { incidentId: last.incidentId, method: 'PUT', path: `/v1/evidence/${evidence.id}` });
}

/**
 * A ticket to fetch the bytes of evidence. The custody chain says ACCESSED from now on, whether they are fetched or not.
 *
 * Errors: ENVIRONMENT_NOT_GRANTED, REASON_REQUIRED, EVIDENCE_NOT_STORED, EVIDENCE_DESTROYED.
 */
export async function openEvidence(
  tx: Transaction,
  { evidenceId, reason }: EvidenceTarget & { readonly reason: string },
): Promise<OfferedTicket> {
  const { evidence, last, act } = await handling(tx, 'openEvidence', evidenceId);
  await mustBeStored(tx, evidence);
  await tx.commit(custodyStore, { state: nextEntry(last, { act: 'ACCESSED', reason }, act), events: [] });
  return offerTicket(tx, { incidentId: last.incidentId, method: 'GET', path: `/v1/evidence/${evidence.id}` });
}

/**
 * Records what was done to the evidence. DESTROYED, which the incident manager alone records, is the end of its bytes
 * here as well: the caller removes them once this is committed.
 *
 * Errors: ENVIRONMENT_NOT_GRANTED, REASON_REQUIRED, EVIDENCE_DESTROYED.
 */
export async function recordCustody(
  tx: Transaction,
  { evidenceId, act: done, reason }: EvidenceTarget & { readonly act: RecordedAct; readonly reason: string },
): Promise<{ readonly incidentId: string; readonly evidenceId: string }> {
  const { last, act } = await handling(tx, 'recordCustody', evidenceId);
  if (done === 'DESTROYED') actingAs(act, ['INCIDENT_MANAGER']);
  await tx.commit(custodyStore, { state: nextEntry(last, { act: done, reason }, act), events: [] });
  return { incidentId: last.incidentId, evidenceId: last.id };
}

/** Records where the bytes are, once; bringing the same bytes again changes nothing. Errors: as `offerUpload`. */
export async function keepFile(tx: Transaction, kept: Omit<EvidenceFile, 'storedAt' | 'storedBy'>): Promise<void> {
  const { evidence } = await handling(tx, 'uploadEvidence', kept.evidenceId);
  if ((await evidenceFileStore(tx).find(evidence.id)) !== null) return;
  const state = { ...kept, id: evidence.id, version: 1, storedAt: tx.now, storedBy: tx.by.id };
  await tx.commit(evidenceFileStore, { state, events: [] });
}

export const isDestroyed = async (tx: Transaction, evidenceId: string): Promise<boolean> =>
  (await custodyStore(tx).find(evidenceId))?.act === 'DESTROYED';

export interface EvidenceTarget {
  readonly evidenceId: string;
}

interface Handling {
  readonly evidence: Evidence;
  /** The end of its chain, to which nobody else can add before the commit. */
  readonly last: CustodyEntry;
  readonly act: Act;
}

/**
 * The evidence, for somebody who may handle it. A missing grant is refused and audited.
 *
 * Errors: FORBIDDEN, NOT_FOUND, ENVIRONMENT_NOT_GRANTED, EVIDENCE_DESTROYED.
 */
export async function handling(tx: Transaction, operation: Operation, evidenceId: string): Promise<Handling> {
  const [one] = await handlingAll(tx, operation, [evidenceId]);
  if (one === undefined) throw NotFound();
  return one;
}

/**
 * Several pieces, whose chains are locked in an order that is the same for all; an incident is loaded once, however many
 * are its. Errors: as of `handling`.
 */
export async function handlingAll(
  tx: Transaction,
  operation: Operation,
  evidenceIds: readonly string[],
): Promise<readonly Handling[]> {
  if (!mayAtAll(tx.by, operation)) throw Forbidden({ operation });
  const acting = new Map<string, Acting>();
  const handled: Handling[] = [];
  for (const evidenceId of [...new Set(evidenceIds)].sort()) {
    const last = await custodyStore(tx).findLast(evidenceId);
    if (last === null) throw NotFound();
    const member = acting.get(last.incidentId) ?? (await memberActing(tx, operation, last.incidentId));
    acting.set(last.incidentId, member);
    handled.push({ evidence: await grantedOf(tx, member, last), last, act: member.act });
  }
  return handled;
}

type Acting = Awaited<ReturnType<typeof memberActing>>;

async function grantedOf(tx: Transaction, { incident }: Acting, last: CustodyEntry): Promise<Evidence> {
  const evidence = incident.evidence.find(({ id }) => id === last.id);
  if (evidence === undefined) throw NotFound();
  const granted = environmentsIn(incident, tx.by, tx.now);
  await auditingRefusals(`evidence:${evidence.id}`, () => mustBeGranted(evidence, granted));
  mustExist(last);
  return evidence;
}

/** @throws EVIDENCE_NOT_STORED */
export async function mustBeStored(tx: Transaction, { id: evidenceId }: Evidence): Promise<EvidenceFile> {
  const file = await evidenceFileStore(tx).find(evidenceId);
  if (file === null) throw EvidenceNotStored({ evidenceId });
  return file;
}

/** The digests of the stored bytes by evidence id. Errors: EVIDENCE_NOT_STORED. */
export async function storedDigests(tx: Transaction, evidence: readonly Evidence[]): Promise<Map<string, string>> {
  const files = await evidenceFileStore(tx).list(evidence.map(({ id }) => id));
  const digests = new Map(files.map(({ evidenceId, sha256 }) => [evidenceId, sha256]));
  for (const { id: evidenceId } of evidence) if (!digests.has(evidenceId)) throw EvidenceNotStored({ evidenceId });
  return digests;
}

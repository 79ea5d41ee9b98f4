import { randomUUID } from 'node:crypto';
import { can, mayAtAll, type Operation } from '@tocsin/access';
import { auditingRefusals, expectVersion, type Transaction } from '@tocsin/database';
import { EvidenceUnknown, Forbidden, NotFound } from '@tocsin/errors';
import type { Act } from './domain/act.ts';
import { entriesFor } from './domain/automatic-entry.ts';
import { nextEntry } from './domain/custody.ts';
import { NotManagerOfIncident } from './domain/errors.ts';
import * as transfers from './domain/transfer.ts';
import type { Transfer } from './domain/transfer.ts';
import { handling, handlingAll, mustBeStored, storedDigests } from './evidence-custody.ts';
import { offerTicket, type OfferedTicket } from './file-tickets.ts';
import { memberActing } from './incidents.ts';
import { custodyStore } from './store/custody-store.ts';
import type { EvidenceFile } from './store/evidence-file-table.ts';
import { timelineStore } from './store/timeline-store.ts';
import { transferStore } from './store/transfer-store.ts';

/** Which transfer, and which version of it the caller saw. */
export interface TransferTarget {
  readonly transferId: string;
  readonly expectedVersion: number;
}

/** Asks that evidence may leave. Errors: EVIDENCE_UNKNOWN, ENVIRONMENT_NOT_GRANTED, EVIDENCE_NOT_STORED, INVALID_INPUT. */
export async function requestTransfer(
  tx: Transaction,
  order: transfers.TransferOrder & { readonly incidentId: string; readonly evidenceIds: readonly string[] },
): Promise<Transfer> {
  const { incident, act } = await memberActing(tx, 'requestTransfer', order.incidentId);
  const known = new Set(incident.evidence.map(({ id }) => id));
  const unknown = order.evidenceIds.filter((id) => !known.has(id));
  if (unknown.length > 0) throw EvidenceUnknown({ evidenceIds: unknown });
  const handled = await handlingAll(tx, 'requestTransfer', order.evidenceIds);
  const stored = await storedDigests(
    tx,
    handled.map(({ evidence }) => evidence),
  );
  const items = [...stored].map(([ref, sha256]) => ({ ref, sha256 })).sort((a, b) => (a.ref < b.ref ? -1 : 1));
  return commitTransfer(tx, transfers.request(incident, order, items, act));
}

/** Errors: NOT_MANAGER_OF_INCIDENT and those of `domain/transfer.ts`, each audited. */
export const approveTransfer = (
  tx: Transaction,
  order: TransferTarget & { readonly approvalText: string; readonly expiresAt: Date | null },
): Promise<Transfer> =>
  onTransfer(tx, 'approveTransfer', order, ({ transfer, act }) =>
    commitTransfer(tx, transfers.approve(transfer, order, act)),
  );

/** Errors: as `approveTransfer`. */
export const rejectTransfer = (
  tx: Transaction,
  order: TransferTarget & { readonly reason: string },
): Promise<Transfer> =>
  onTransfer(tx, 'rejectTransfer', order, ({ transfer, act }) =>
    commitTransfer(tx, transfers.reject(transfer, order, act)),
  );

/** A ticket for each item that may leave now. */
export interface Executed {
  readonly incidentId: string;
  readonly tickets: readonly OfferedTicket[];
}

/**
 * Lets the evidence leave, once: each piece by a ticket that is used once. The chains of custody say TRANSFERRED from
 * now on, whether the bytes are fetched or not.
 *
 * Errors: ENVIRONMENT_NOT_GRANTED, EVIDENCE_DESTROYED, EVIDENCE_NOT_STORED and those of `domain/transfer.ts`, each
 * audited.
 */
export const executeTransfer = (tx: Transaction, order: TransferTarget): Promise<Executed> =>
  onTransfer(tx, 'executeTransfer', order, async ({ transfer, act }) => {
    const refs = transfer.items.map(({ ref }) => ref);
    const handled = await handlingAll(tx, 'executeTransfer', refs);
    const stored = await storedDigests(
      tx,
      handled.map(({ evidence }) => evidence),
    );
    const executed = await commitTransfer(tx, transfers.execute(transfer, stored, act));
    const reason = `To ${transfer.destination}, by ${transfer.ticketId}: ${transfer.purpose}`;
    const tickets: OfferedTicket[] = [];
    for (const { last } of handled) {
      await tx.commit(custodyStore, { state: nextEntry(last, { act: 'TRANSFERRED', reason }, act), events: [] });
      const path = `/v1/transfers/${executed.id}/${last.id}`;
      const { incidentId, expiresAt: notAfter } = executed;
      tickets.push(await offerTicket(tx, { incidentId, method: 'GET', path, notAfter }));
    }
    return { incidentId: executed.incidentId, tickets };
  });

/** The file of one item that leaves now, for whom executed the transfer. Errors: as `executeTransfer`, audited. */
export async function leavingFile(tx: Transaction, transferId: string, ref: string): Promise<EvidenceFile> {
  const transfer = await transferStore(tx).find(transferId);
  const item = transfer?.items.find((candidate) => candidate.ref === ref);
  if (transfer === null || item === undefined) throw NotFound();
  return auditingRefusals(`dataTransferApproval:${transfer.id}`, async () => {
    const { evidence } = await handling(tx, 'executeTransfer', ref);
    const file = await mustBeStored(tx, evidence);
    transfers.mustBeLeaving(transfer, item, file.sha256, tx.now);
    if (transfer.executedBy !== tx.by.id) throw NotFound();
    return file;
  });
}

/** Closes requests and approvals whose time is over; true if there may be more. */
export async function expireTransfers(tx: Transaction): Promise<boolean> {
  const overdue = await transferStore(tx).listOverdue(50);
  for (const transfer of overdue) await commitTransfer(tx, transfers.expire(transfer, tx.now));
  return overdue.length === 50;
}

/** What became of a transfer stands in its incident's timeline too. */
async function commitTransfer(tx: Transaction, change: transfers.TransferChange): Promise<Transfer> {
  const transfer = await tx.commit(transferStore, change);
  const by = { actorId: tx.by.id, now: tx.now, newId: randomUUID };
  await timelineStore(tx).record(entriesFor(transfer.incidentId, change.events, by));
  return transfer;
}

/** Load, may I, is it what the caller saw; every refusal about a transfer is in the audit trail. */
async function onTransfer<T>(
  tx: Transaction,
  operation: Operation,
  target: TransferTarget,
  work: (situation: { readonly transfer: Transfer; readonly act: Act }) => Promise<T>,
): Promise<T> {
  const transfer = await transferStore(tx).find(target.transferId);
  if (transfer === null) throw mayAtAll(tx.by, operation) ? NotFound() : Forbidden({ operation });
  return auditingRefusals(`dataTransferApproval:${transfer.id}`, async () => {
    if (!mayAtAll(tx.by, operation)) throw Forbidden({ operation });
    const { act } = await memberActing(tx, 'read:incident', transfer.incidentId);
    if (!can(tx.by, operation, { memberAs: act.roles })) throw NotManagerOfIncident();
    expectVersion(transfer, target.expectedVersion);
    return work({ transfer, act });
  });
}

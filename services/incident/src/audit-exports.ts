import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { SigningKey } from '@tocsin/access';
import { auditArchive } from '@tocsin/audit';
import { inTransaction, read, sealAuditHead, tableStore, type Database, type Transaction } from '@tocsin/database';
import { NotFound } from '@tocsin/errors';
import { accessToAudit } from './audit-access.ts';
import { auditMembers, readParts } from './audit-export-parts.ts';
import type { Grounds } from './domain/act.ts';
import { exportAudit, type AuditExport } from './domain/audit-export.ts';
import { offerTicket, type OfferedTicket } from './file-tickets.ts';
import { auditExportTable } from './store/audit-export-table.ts';
import { incidentStore } from './store/incident-store.ts';
import { isUuid } from './store/uuid.ts';

const auditExportStore = tableStore('auditExport', auditExportTable);

/** An export that was ordered, and the ticket of the files port by which it is fetched. */
export type OfferedExport = OfferedTicket & { readonly exportId: string };

const auditExportPath = (id: string): string => `/v1/audit-exports/${id}`;

/** Orders an export; the archive itself is made when it is fetched. Refusals: as for the audit record. */
export async function orderAuditExport(
  tx: Transaction,
  order: Grounds & { readonly incidentId: string },
): Promise<OfferedExport> {
  const { incident, role } = await accessToAudit(tx, 'exportAudit', order.incidentId);
  const act = { actorId: tx.by.id, roles: [], role, now: tx.now, newId: randomUUID };
  const { id, incidentId } = await tx.commit(auditExportStore, exportAudit(incident, order, act));
  return { exportId: id, ...(await offerTicket(tx, { incidentId, method: 'GET', path: auditExportPath(id) })) };
}

/** An export that the principal ordered himself. Errors: NOT_FOUND. */
export async function ownExport(tx: Transaction, id: string): Promise<AuditExport> {
  const found = isUuid(id) ? await auditExportStore(tx).find(id) : null;
  if (found?.requestedBy !== tx.by.id) throw NotFound();
  return found;
}

/**
 * Makes the archive of an export, as a stream. Its chains end where a head that is sealed now says, so that rows may be
 * appended while it is read; they are read in pages, each in a transaction of its own, so that a slow reader holds
 * none open. Call it after the principal was admitted.
 */
export async function archiveOf(
  db: Database,
  by: Transaction['by'],
  { id: exportId, incidentId }: AuditExport,
  key: SigningKey,
): Promise<Readable> {
  const { service } = db;
  const { openedAt, exportedAt, ...record } = await read(db, by, async (tx) => {
    const incident = await incidentStore(tx).get(incidentId);
    const times = { openedAt: incident.detectedAt.toISOString(), exportedAt: tx.now.toISOString() };
    return { ...times, ...(await readParts(tx, incident)) };
  });
  // After the record: the chains then hold the rows of everything that it says.
  const head = await inTransaction(db, { by, action: 'sealAuditHead' }, (tx) => sealAuditHead(tx, service, key));
  const facts = { exportId, service, incidentId, openedAt, exportedAt, exportedBy: by.id, head: head.n };
  return auditArchive(facts, auditMembers(db, by, record, head), key);
}

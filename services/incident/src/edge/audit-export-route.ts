import { pipeline } from 'node:stream/promises';
import type { SigningKey } from '@tocsin/access';
import { recordAccess, type Database } from '@tocsin/database';
import { accessToAudit } from '../audit-access.ts';
import { archiveOf, ownExport } from '../audit-exports.ts';
import type { AuditExport } from '../domain/audit-export.ts';
import type { Exchange, FileRoute } from './files-port.ts';

/** `GET /v1/audit-exports/<id>`: the archive, for whoever ordered it and still may read it; recorded before it is sent. */
export const auditExportRoute = (db: Database, key: SigningKey): FileRoute => ({
  method: 'GET',
  kind: 'audit-exports',
  admit: async (tx, [id = '']) => {
    const order = await ownExport(tx, id);
    recordAccess(tx, 'fetchAuditExport', await accessToAudit(tx, 'exportAudit', order.incidentId));
    return (exchange) => give(db, key, order, exchange);
  },
});

async function give(db: Database, key: SigningKey, order: AuditExport, { by, response }: Exchange): Promise<void> {
  const archive = await archiveOf(db, by, order, key);
  response.writeHead(200, {
    'content-type': 'application/zip',
    'content-disposition': `attachment; filename="tocsin-audit-${order.id}.zip"`,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  await pipeline(archive, response);
}

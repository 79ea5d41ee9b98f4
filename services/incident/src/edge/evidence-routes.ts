import { pipeline } from 'node:stream/promises';
import { inTransaction, type Database } from '@tocsin/database';
import { handling, isDestroyed, keepFile, mustBeStored } from '../evidence-custody.ts';
import type { EvidenceFile } from '../store/evidence-file-table.ts';
import { verified, type EvidenceStorage, type Expected } from './evidence-storage.ts';
import { send } from './files-answers.ts';
import type { Exchange, FileRoute } from './files-port.ts';

/** `PUT /v1/evidence/<id>`: brings the bytes, and `GET` fetches them for somebody inside. */
export const evidenceRoutes = (db: Database, storage: EvidenceStorage): readonly FileRoute[] => [
  {
    method: 'PUT',
    kind: 'evidence',
    admit: async (tx, [evidenceId = '']) => {
      const { evidence } = await handling(tx, 'uploadEvidence', evidenceId);
      return (exchange) => take(db, storage, { evidenceId: evidence.id, sha256: evidence.sha256 }, exchange);
    },
  },
  {
    method: 'GET',
    kind: 'evidence',
    admit: async (tx, [evidenceId = '']) => {
      const { evidence } = await handling(tx, 'openEvidence', evidenceId);
      const file = await mustBeStored(tx, evidence);
      return (exchange) => give(storage, file, exchange);
    },
  },
];

async function take(
  db: Database,
  storage: EvidenceStorage,
  expected: Expected,
  { by, request, response }: Exchange,
): Promise<void> {
  storage.mustFit(Number(request.headers['content-length'] ?? 0));
  // A refusal is still to be sent over its socket, so leaving the loop must not destroy the request.
  const body = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  const kept = await storage.keep(expected, body);
  try {
    await inTransaction(db, { by, action: 'uploadEvidence' }, (tx) => keepFile(tx, { ...expected, ...kept }));
  } catch (error) {
    // Destroyed while these bytes were on their way, whatever he was refused for. Otherwise they stay for the next try.
    if (await inTransaction(db, { by, action: 'uploadEvidence' }, (tx) => isDestroyed(tx, expected.evidenceId)))
      await storage.remove(expected.evidenceId);
    throw error;
  }
  send(response, 201, { ...expected, bytes: kept.bytes });
}

/** Sends the stored bytes, with their digest (RFC 9530). */
export async function give(storage: EvidenceStorage, file: EvidenceFile, { response }: Exchange): Promise<void> {
  const source = await storage.read(file.storageKey, file.bytes);
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': file.bytes,
    'content-disposition': `attachment; filename="${file.evidenceId}"`,
    'repr-digest': `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  await pipeline(source, (chunks: AsyncIterable<Buffer>) => verified(chunks, file), response);
}

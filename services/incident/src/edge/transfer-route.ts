import { leavingFile } from '../transfers.ts';
import type { EvidenceStorage } from './evidence-storage.ts';
import { give } from './evidence-routes.ts';
import type { FileRoute } from './files-port.ts';

/** `GET /v1/transfers/<id>/<evidence id>`: the way out for one piece of evidence of an executed transfer. */
export const transferRoute = (storage: EvidenceStorage): FileRoute => ({
  method: 'GET',
  kind: 'transfers',
  admit: async (tx, [transferId = '', evidenceId = '']) => {
    const file = await leavingFile(tx, transferId, evidenceId);
    return (exchange) => give(storage, file, exchange);
  },
});

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, createSafeRequest } from '@tocsin/runtime';
import { testKeys } from '@tocsin/testkit';
import { evidenceDirectory } from '../edge/evidence-directory.ts';
import { ticketSigner } from '../file-tickets.ts';
import type { Outside } from '../graphql/resolvers.ts';

/** What the resolvers need besides the database, for specs that bring no file: nothing listens at the tickets' address. */
export async function outside(): Promise<Outside> {
  const { event } = await testKeys();
  return {
    sign: ticketSigner(event.incident.signingKey, 'http://127.0.0.1:1'),
    storage: evidenceDirectory(join(tmpdir(), 'tocsin-no-evidence'), 1, createLogger('incident', 'silent')),
    gapSettings: { horizonDays: 14 },
    checkUrl: createSafeRequest({ deny: [], allow: [] }).check,
  };
}

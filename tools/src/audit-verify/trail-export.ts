import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { servicePrincipal, type SigningKey } from '@tocsin/access';
import { auditArchive, chainMember, headsMember, type Member } from '@tocsin/audit';
import {
  chainUpTo,
  headsUpTo,
  inTransaction,
  recordAccess,
  sealAuditHead,
  type AuditHead,
  type Database,
} from '@tocsin/database';

/**
 * Writes the whole audit trail of a service into a new file, as an archive that `verify-audit` verifies: all chains and
 * all heads. That it was exported is a row of the trail before anything is read (S-39), and in the archive. Rows may be
 * appended meanwhile: the chains end where a head that is sealed for the export says.
 *
 * @throws Error EEXIST if the file is there already; DomainError UNAVAILABLE.
 */
export async function exportTrail(db: Database, key: SigningKey, path: string): Promise<void> {
  const out = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  await once(out, 'open');
  try {
    await pipeline(await trailArchive(db, key), out);
  } catch (error) {
    out.destroy();
    await rm(path, { force: true });
    throw error;
  }
}

async function trailArchive(db: Database, key: SigningKey): Promise<Readable> {
  const { service } = db;
  const by = servicePrincipal(service);
  const exportId = randomUUID();
  const action = 'exportAuditTrail';
  const exportedAt = await inTransaction(db, { by, action }, (tx) => {
    recordAccess(tx, action, { subject: `auditExport:${exportId}`, body: {} });
    return Promise.resolve(tx.now.toISOString());
  });
  const head = await inTransaction(db, { by, action: 'sealAuditHead' }, (tx) => sealAuditHead(tx, service, key));
  const facts = { exportId, service, exportedAt, exportedBy: by.id, head: head.n };
  return auditArchive(facts, membersUpTo(db, head), key);
}

function membersUpTo(db: Database, { n, tips }: AuditHead): readonly Member[] {
  const by = servicePrincipal(db.service);
  return [
    { name: headsMember, lines: headsUpTo(db, by, { after: 0, last: n }) },
    ...tips.map(({ chain, seq }) => ({ name: chainMember(chain), lines: rowLines(db, { chain, last: seq }) })),
  ];
}

async function* rowLines(
  db: Database,
  place: { readonly chain: number; readonly last: number },
): AsyncGenerator<string> {
  for await (const { chain: _, ...row } of chainUpTo(db, servicePrincipal(db.service), place))
    yield JSON.stringify(row);
}

import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyArchive } from '@tocsin/audit';
import { must, mustBeRefused, type Actors, type Stage } from './actors.ts';
import { run } from './commands.ts';

interface Told {
  readonly stage: Stage;
  readonly actors: Actors;
  readonly incidentId: string;
}

/** An auditor is let in for an hour, takes the archive along, and verifies it without asking the platform. */
export async function audit({ stage, actors, incidentId }: Told): Promise<void> {
  const auditor = actors.as('AUDITOR');
  const order = () => ({ idempotencyKey: randomUUID(), incidentId, reason: 'The yearly audit.' });
  await mustBeRefused('NOT_FOUND', run(auditor, 'exportAudit', order(), 'exportId'));
  const grant = { ...order(), auditorId: 'user:aud', until: new Date(Date.now() + 3_600_000) };
  await run(actors.as('LEGAL'), 'grantAudit', grant, 'grant { id }');
  const { url, ticket } = await run<{ url: string; ticket: string }>(auditor, 'exportAudit', order(), 'url ticket');
  const response = await fetch(url, { headers: { authorization: `Bearer ${ticket}` } });
  must(response.ok, `the archive is handed out (${String(response.status)})`);
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-audit-'));
  try {
    const path = join(folder, 'export.zip');
    await writeFile(path, Buffer.from(await response.arrayBuffer()));
    must(await isSound(stage, path), 'the archive is what was sealed');
    const altered = await readFile(path);
    // More than one byte: a single one may be a field of the ZIP itself that says nothing.
    for (let at = 500; at < altered.length; at += 1_000) altered.writeUInt8(altered.readUInt8(at) ^ 1, at);
    await writeFile(path, altered);
    must(!(await isSound(stage, path)), 'an altered archive is found out');
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function isSound({ eventKeys }: Stage, path: string): Promise<boolean> {
  const keysOf = (service: string) => eventKeys[service] ?? { keys: [] };
  // An archive that cannot be read any more is not sound either.
  const findings = await verifyArchive({ path, keysOf }).then(
    (verification) => verification.findings.length,
    () => 1,
  );
  return findings === 0;
}

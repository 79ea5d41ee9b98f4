import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { importSigningKey, servicePrincipal } from '@tocsin/access';
import { occurred, StageChanged } from '@tocsin/contracts';
import { connect, inTransaction, migrateService, provisionService, type Database, type Store } from '@tocsin/database';
import { createLogger } from '@tocsin/runtime';
import { loadKeys, serviceUrl, withDatabase } from '@tocsin/tools';
import type { Rig } from './rig.ts';

const name = 'bench_relay';
const perCommit = 1_000;
const perIncident = 10;

export const benchLog = createLogger('bench', 'error');

/** A migrated database of the incident service that no service uses. */
export async function openRelayDatabase(rig: Rig): Promise<Database> {
  const { adminUrl } = await rig.world();
  const { passwords, events } = await loadKeys(await rig.state());
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`drop database if exists ${name} with (force)`);
  await admin.query(`create database ${name}`);
  await admin.end();
  const url = withDatabase(adminUrl, name);
  await provisionService(url, 'incident', passwords.incident);
  await migrateService(url, 'incident');
  const db = connect({
    url: serviceUrl(url, 'incident', passwords.incident),
    service: 'incident',
    tables: [],
    log: benchLog,
    signingKey: await importSigningKey(events.incident),
  });
  await db.start();
  return db;
}

/** Signed events as the service would announce them, ten of each incident, committed by the thousand. */
export async function fillOutbox(db: Database, count: number): Promise<void> {
  for (let filled = 0; filled < count; filled += perCommit) {
    await inTransaction(db, { by: servicePrincipal('incident'), action: 'changeStage' }, async (tx) => {
      const at = tx.now.toISOString();
      const events = Array.from({ length: perCommit / perIncident }, () => randomUUID()).flatMap((incidentId) =>
        Array.from({ length: perIncident }, (_, index) =>
          occurred(StageChanged, { incidentId, at, from: 'DETECT', to: 'ASSESS', n: index + 1, cycle: 1 }),
        ),
      );
      await tx.commit(() => withoutState, { state, events });
    });
  }
}

/** Only the events are wanted here, so there is no row to save beside them. */
const state = { id: randomUUID(), version: 1 };
const withoutState: Store<typeof state> = {
  aggregate: 'incident',
  find: () => Promise.resolve(state),
  get: () => Promise.resolve(state),
  save: () => Promise.resolve(),
};

import { randomUUID } from 'node:crypto';
import { servicePrincipal } from '@tocsin/access';
import { inTransaction, read, type Database, type Transaction } from '@tocsin/database';
import { createLoop, type Logger, type Loop } from '@tocsin/runtime';
import { isPressing, watchGaps } from './domain/rota-gap-alarm.ts';
import { endPage, page } from './pages.ts';
import { knownIncidentFactStore } from './store/known-incident-fact-store.ts';
import { rotaGapAlarmStore } from './store/rota-gap-alarm-store.ts';
import { rotaStore } from './store/rota-store.ts';
import { staffMemberStore } from './store/staff-member-store.ts';

export interface GapSettings {
  /** How far ahead gaps are looked for, days. */
  readonly horizonDays: number;
}

const by = servicePrincipal('incident');

/** Looks each minute at the coming days of every rota; each rota in a transaction of its own. */
export const createGapWatch = (db: Database, settings: GapSettings, log: Logger): Loop =>
  createLoop({
    name: 'rota-gaps',
    log,
    idleMs: 60_000,
    round: async (signal) => {
      for (const id of await read(db, by, (tx) => rotaStore(tx).listIds())) {
        if (signal.aborted) break;
        await inTransaction(db, { by, action: 'watchGaps' }, (tx) => openGapAlarms(tx, id, settings));
      }
      return false;
    },
  });

/**
 * Opens, adjusts and closes the alarms of one rota, so that they cover its gaps and nothing else. This is the one place
 * where a gap becomes known: whoever is to be told of it is told here.
 */
export async function openGapAlarms(tx: Transaction, rotaId: string, { horizonDays }: GapSettings): Promise<void> {
  // The lock first: who waits for it must then see the alarms that the other one opened.
  const rota = await rotaStore(tx).lock(rotaId);
  if (rota === null) return;
  const changes = watchGaps(rota, await rotaGapAlarmStore(tx).listOpen(rotaId), {
    now: tx.now,
    horizonDays,
    roundTheClock: await knownIncidentFactStore(tx).isAnyRoundTheClock(),
    eligible: await staffMemberStore(tx).listIn(rota.role),
    newId: randomUUID,
  });
  for (const change of changes) {
    const alarm = await tx.commit(rotaGapAlarmStore, change);
    if (alarm.closedAt !== null) await endPage(tx, 'ROTA_GAP', alarm.id);
  }
  for (const alarm of await rotaGapAlarmStore(tx).listOpen(rotaId))
    if (isPressing(alarm, tx.now)) await page(tx, { kind: 'ROTA_GAP', incidentId: null, subjectId: alarm.id });
}

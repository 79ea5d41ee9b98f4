import { randomUUID } from 'node:crypto';
import type { StaffRole } from '@tocsin/contracts';
import { aPrincipal } from '@tocsin/testkit';
import { minuteOf } from '../domain/local-time.ts';
import type { RotaGapAlarm } from '../domain/rota-gap-alarm.ts';
import type { Rota, RotaLayer } from '../domain/rota.ts';
import { handlers } from '../events.ts';
import { findOnCall, pageRotaGapAlarms, type OnCall } from '../rota-reads.ts';
import * as rotas from '../rotas.ts';
import { saveStaffMember } from '../staff.ts';
import { admin, aPromotion, createBench, legal, manager, meta, type Bench } from './bench.ts';

/* The bench with a second responder, whom the directory does not join to every incident, and what is done with rotas. */

export const second = aPrincipal('RESPONDER', { id: 'user:second' });
export const settings = { horizonDays: 14 };
export const hour = 60;
export const day = 24 * hour;

/** So many minutes after the minute of the instant. */
export const minutes = (at: Date, n: number): Date => new Date(minuteOf(at).getTime() + n * 60_000);

/** Round the clock, each for a week. */
export const always = (...participants: string[]): RotaLayer => ({
  participants,
  startsOn: '2026-01-05',
  handOverDay: 'MONDAY',
  handOverTime: '09:00',
  weeks: 1,
  zone: null,
  windows: [],
});

export async function createRotaBench() {
  const bench = await createBench();
  const enter = (principalId: string, roles: readonly StaffRole[]) =>
    bench.write(admin, (tx) => saveStaffMember(tx, { principalId, name: principalId, roles, onCall: false }));
  await enter(second.id, ['RESPONDER']);
  return { ...bench, enter, ...commandsOf(bench), ...readsOf(bench) };
}

export type RotaBench = Awaited<ReturnType<typeof createRotaBench>>;

const commandsOf = (bench: Bench) => ({
  save: (layers: readonly RotaLayer[], expectedVersion = 0, by = manager): Promise<Rota> => {
    const order = { role: 'RESPONDER', expectedVersion, name: 'first line', zone: 'Europe/Berlin', layers } as const;
    return bench.write(by, (tx) => rotas.saveRota(tx, order, settings));
  },
  override: (rota: Rota, principalId: string | null, span: { from: Date; to: Date }): Promise<Rota> => {
    const order = { rotaId: rota.id, expectedVersion: rota.version, overrideId: randomUUID(), principalId, ...span };
    return bench.write(manager, (tx) => rotas.overrideOnCall(tx, order, settings));
  },
  /** Handles a promotion; the incident's id. */
  open: async (patch: Parameters<typeof aPromotion>[0]): Promise<string> => {
    const promotion = aPromotion(patch);
    await bench.hear((tx) => handlers.DetectionPromoted(promotion, tx, meta));
    const sql = 'select incident_id as id from incident_detection where detection_id = $1';
    const [row] = await bench.database.admin<{ id: string }>(sql, [promotion.detectionId]);
    return row?.id ?? '';
  },
  /** Makes the service's clock go ahead of the real one. */
  travel: (days: number): Promise<unknown> =>
    bench.database.admin(
      `create or replace function clock_now() returns timestamptz language sql stable as
       'select now() + interval ''${String(days)} days'''`,
    ),
  /** Before the next test. */
  forget: (): Promise<unknown> => bench.database.admin('delete from rota_gap_alarm; delete from rota'),
});

const readsOf = (bench: Bench) => ({
  now: (): Promise<Date> => bench.look(manager, (tx) => Promise.resolve(tx.now)),
  onCallNow: (role: StaffRole = 'RESPONDER'): Promise<OnCall | null> => bench.look(legal, (tx) => findOnCall(tx, role)),
  alarms: async (open: boolean | null = true): Promise<RotaGapAlarm[]> => {
    const page = await bench.look(legal, (tx) => pageRotaGapAlarms(tx, { first: 100, after: null, open }));
    return page.edges.map(({ node }) => node);
  },
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { servicePrincipal } from '@tocsin/access';
import type { EventData, ImpactAssessed } from '@tocsin/contracts';
import { createLogger, createSafeRequest } from '@tocsin/runtime';
import { eventually } from '@tocsin/testkit';
import { minuteOf } from './domain/local-time.ts';
import { handlers } from './events.ts';
import { createGapWatch, openGapAlarms } from './rota-gap-alarms.ts';
import { savePageContact } from './page-contacts.ts';
import { callNextStep } from './pages.ts';
import * as rotas from './rotas.ts';
import { pageStore } from './store/page-store.ts';
import { admin, meta, responder } from './testing/bench.ts';
import { always, createRotaBench, day, hour, minutes, second, settings, type RotaBench } from './testing/rota-bench.ts';

const { check } = createSafeRequest({ deny: [], allow: [] });

let bench: RotaBench;
beforeAll(async () => {
  bench = await createRotaBench();
});
afterAll(() => bench.database.drop());
afterEach(() => bench.forget());

/** The loop as the service runs it, until the assertion holds. */
async function watching<T>(assertion: () => Promise<T>): Promise<T> {
  const loop = createGapWatch(bench.database.db, settings, createLogger('incident', 'silent'));
  await loop.start();
  try {
    return await eventually(assertion);
  } finally {
    await loop.stop();
  }
}

describe('R-02 a gap', () => {
  it('that a change of the rota makes is alarmed about with it, and so is its end', async () => {
    const saved = await bench.save([always(responder.id)]);
    expect(await bench.alarms()).toEqual([]);
    const span = { from: minutes(await bench.now(), 2 * day), to: minutes(await bench.now(), 3 * day) };
    const overridden = await bench.override(saved, null, span);
    const [alarm, ...more] = await bench.alarms();
    expect(more).toEqual([]);
    expect(alarm).toMatchObject({ rotaId: saved.id, role: 'RESPONDER', ...span, urgent: false });
    const overrideId = overridden.overrides[0]?.id ?? '';
    const target = { rotaId: saved.id, expectedVersion: 2, overrideId };
    await bench.write(admin, (tx) => rotas.removeOverride(tx, target, settings));
    expect(await bench.alarms()).toEqual([]);
    expect(await bench.alarms(false)).toMatchObject([{ id: alarm?.id, version: 2, closedAt: expect.any(Date) }]);
    expect(await bench.eventsOf(alarm?.id ?? '')).toEqual(['RotaGapChanged', 'RotaGapChanged']);
  });

  it('ends with the rota: its alarms close, its pages are cancelled, and the loop finds no more', async () => {
    const saved = await bench.save([always(second.id)]);
    const span = { from: minutes(await bench.now(), 0), to: minutes(await bench.now(), hour) };
    const { version: expectedVersion } = await bench.override(saved, null, span);
    const [alarm] = await bench.alarms();
    const order = { rotaId: saved.id, expectedVersion, reason: 'planned for the wrong team' };
    await bench.write(admin, (tx) => rotas.retireRota(tx, order, settings));
    expect(await bench.alarms()).toEqual([]);
    expect(await bench.eventsOf(alarm?.id ?? '')).toEqual(['RotaGapChanged', 'RotaGapChanged']);
    const pages = await bench.database.admin('select state from page where subject_id = $1', [alarm?.id]);
    expect(pages).toEqual([{ state: 'CANCELLED' }]);
    await bench.hear((tx) => openGapAlarms(tx, saved.id, settings));
    expect(await bench.alarms()).toEqual([]);
  });

  it('of the next day pages whom the rota names, until it is filled; a later one pages nobody', async () => {
    const saved = await bench.save([always(second.id)]);
    const paged = (id: string | undefined) =>
      bench.database.admin('select kind, state from page where subject_id = $1', [id]);
    const later = { from: minutes(await bench.now(), 2 * day), to: minutes(await bench.now(), 3 * day) };
    const overridden = await bench.override(saved, null, later);
    expect(await paged((await bench.alarms())[0]?.id)).toEqual([]);
    const near = { from: minutes(await bench.now(), 2 * hour), to: minutes(await bench.now(), 3 * hour) };
    const gap = await bench.override(overridden, null, near);
    const next = (await bench.alarms()).find(({ from }) => from < later.from);
    expect(await paged(next?.id)).toEqual([{ kind: 'ROTA_GAP', state: 'OPEN' }]);
    // Nobody is marked in the directory: only the rota says who is on call.
    await bench.database.admin('update staff_member set on_call = false');
    const contact = { email: 'second@p.example', webhookUrl: null, webhookSecret: null };
    await bench.write(admin, (tx) => savePageContact(tx, { principalId: second.id, ...contact }, check));
    const called = await bench.write(servicePrincipal('incident'), async (tx) => {
      const due = await pageStore(tx).findBySubject('ROTA_GAP', next?.id ?? '');
      return due === null ? null : callNextStep(tx, due, 60_000);
    });
    await bench.database.admin(`update staff_member set on_call = true where principal_id <> $1`, [second.id]);
    expect(called).toMatchObject({ state: 'OPEN', step: 1 });
    const sql = 'select principal_id from page_message where page_id = $1';
    expect(await bench.database.admin(sql, [called?.id])).toEqual([{ principal_id: second.id }]);
    await bench.override(gap, second.id, near);
    expect(await paged(next?.id)).toEqual([{ kind: 'ROTA_GAP', state: 'CANCELLED' }]);
  });

  it('is found by the loop though nobody touched the rota', async () => {
    const saved = await bench.save([always(second.id)]);
    await bench.enter(second.id, ['SERVICE_ENGINEER']);
    expect(await bench.alarms()).toEqual([]);
    const [alarm] = await watching(async () => {
      const found = await bench.alarms();
      expect(found).toHaveLength(1);
      return found;
    });
    expect(alarm).toMatchObject({ rotaId: saved.id, from: minuteOf(alarm?.openedAt ?? new Date(0)) });
    await bench.enter(second.id, ['RESPONDER']);
    await watching(async () => expect(await bench.alarms()).toEqual([]));
  });

  it('comes into the horizon, and is over, by the clock of the database', async () => {
    const saved = await bench.save([always(responder.id)]);
    const span = { from: minutes(await bench.now(), 20 * day), to: minutes(await bench.now(), 21 * day) };
    await bench.override(saved, null, span);
    expect(await bench.alarms()).toEqual([]);
    try {
      await bench.travel(7);
      await watching(async () => expect(await bench.alarms()).toMatchObject([span]));
      await bench.travel(22);
      await watching(async () => expect(await bench.alarms()).toEqual([]));
      expect(await bench.alarms(false)).toMatchObject([span]);
    } finally {
      await bench.travel(0);
    }
  });

  it('has one alarm, however many look at once', async () => {
    await bench.save([always(second.id)]);
    await bench.enter(second.id, ['SERVICE_ENGINEER']);
    const log = createLogger('incident', 'silent');
    const loops = Array.from({ length: 4 }, () => createGapWatch(bench.database.db, settings, log));
    await Promise.all(loops.map((loop) => loop.start()));
    await eventually(async () => expect(await bench.alarms()).not.toEqual([]));
    await Promise.all(loops.map((loop) => loop.stop()));
    await bench.enter(second.id, ['RESPONDER']);
    expect(await bench.alarms(null)).toHaveLength(1);
  });
});

describe('R-42 an incident that is worked on round the clock', () => {
  const assess = (incidentId: string, customerDataRisk: 'IMMINENT' | 'NONE') => {
    const data: EventData<typeof ImpactAssessed> = {
      incidentId,
      at: '2026-11-20T10:00:00.000Z',
      functional: 'LOW',
      information: ['NONE'],
      recoverability: 'REGULAR',
      customerDataRisk,
      severity: 'HIGH',
      priority: 'P2',
      roundTheClock: customerDataRisk === 'IMMINENT',
    };
    return bench.hear((tx) => handlers.ImpactAssessed(data, tx, meta));
  };

  let rotaId: string;
  beforeEach(async () => {
    const saved = await bench.save([always(responder.id)]);
    rotaId = saved.id;
    const now = await bench.now();
    await bench.override(saved, null, { from: minutes(now, 2 * hour), to: minutes(now, 3 * hour) });
  });

  it('makes a gap of the coming day urgent, until the risk is NONE', async () => {
    const { id } = await bench.anIncident();
    expect(await bench.alarms()).toMatchObject([{ urgent: false }]);
    await assess(id, 'IMMINENT');
    await watching(async () => expect(await bench.alarms()).toMatchObject([{ urgent: true }]));
    await assess(id, 'NONE');
    await watching(async () => expect(await bench.alarms()).toMatchObject([{ urgent: false }]));
  });

  it.each([
    ['was closed', (id: string) => close(id)],
    ['is of an exercise', (id: string) => markAsExercise(id)],
  ])('is none that %s', async (_, change) => {
    const id = await bench.open({});
    await assess(id, 'IMMINENT');
    await bench.hear((tx) => openGapAlarms(tx, rotaId, settings));
    expect(await bench.alarms()).toMatchObject([{ urgent: true }]);
    await change(id);
    await bench.hear((tx) => openGapAlarms(tx, rotaId, settings));
    expect(await bench.alarms()).toMatchObject([{ urgent: false }]);
  });

  const close = (id: string) =>
    bench.database.admin(
      `update incident set status = 'CLOSED', disposition = 'RESOLVED', closed_at = now() where id = $1`,
      [id],
    );
  const markAsExercise = (id: string) =>
    bench.database.admin('update incident set exercise_id = gen_random_uuid() where id = $1', [id]);
});

import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aPrincipal } from '@tocsin/testkit';
import { minuteOf } from './domain/local-time.ts';
import { findOnCall, listGaps, listShifts, pageRotas } from './rota-reads.ts';
import * as rotas from './rotas.ts';
import { rotaStore } from './store/rota-store.ts';
import { admin, legal, manager, responder } from './testing/bench.ts';
import { always, createRotaBench, day, hour, minutes, second, settings, type RotaBench } from './testing/rota-bench.ts';

let bench: RotaBench;
beforeAll(async () => {
  bench = await createRotaBench();
});
afterAll(() => bench.database.drop());
afterEach(() => bench.forget());

describe('a rota', () => {
  it('R-02 comes back as it was saved, and says who is on call until when', async () => {
    const saved = await bench.save([always(responder.id, second.id)]);
    expect(await bench.look(legal, (tx) => rotaStore(tx).get(saved.id))).toEqual(saved);
    const onCall = await bench.onCallNow();
    const [current, next] = await bench.look(legal, async (tx) =>
      listShifts(tx, saved, { from: tx.now, to: minutes(tx.now, 21 * day) }),
    );
    expect([responder.id, second.id]).toContain(onCall?.principalId);
    expect(onCall).toMatchObject({ rota: saved, principalId: current?.principalId, nextHandOverAt: next?.from });
    expect(next?.principalId).not.toBe(current?.principalId);
    expect(await bench.onCallNow('LEGAL')).toBeNull();
  });

  it('is planned and overridden by incident managers and the platform administrator only', async () => {
    const layers = [always(responder.id)];
    for (const by of [responder, legal, aPrincipal('AUDITOR'), aPrincipal('CUSTOMER_ADMIN')])
      await expect(bench.save(layers, 0, by)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const saved = await bench.save(layers, 0, admin);
    const target = { rotaId: saved.id, expectedVersion: 1, overrideId: randomUUID() };
    const span = { from: minutes(await bench.now(), 1), to: minutes(await bench.now(), 2) };
    for (const attempt of [
      () =>
        bench.write(responder, (tx) => rotas.overrideOnCall(tx, { ...target, ...span, principalId: null }, settings)),
      () => bench.write(responder, (tx) => rotas.removeOverride(tx, target, settings)),
      () => bench.write(responder, (tx) => rotas.retireRota(tx, { ...target, reason: 'wrong' }, settings)),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('is not read by customers, auditors or partners', async () => {
    for (const by of [aPrincipal('CUSTOMER_ADMIN'), aPrincipal('AUDITOR'), aPrincipal('PARTNER')])
      await expect(bench.look(by, (tx) => findOnCall(tx, 'RESPONDER'))).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('names only people whom the staff directory lists in its role', async () => {
    await expect(bench.save([always(responder.id, legal.id)])).rejects.toMatchObject({
      code: 'PRINCIPAL_NOT_ELIGIBLE',
      details: { principalIds: [legal.id] },
    });
    const saved = await bench.save([always(responder.id)]);
    const span = { from: minutes(await bench.now(), 1), to: minutes(await bench.now(), 2) };
    await expect(bench.override(saved, legal.id, span)).rejects.toMatchObject({ code: 'PRINCIPAL_NOT_ELIGIBLE' });
  });

  it('saved by two managers at once is kept as one saved it; the other reads it again', async () => {
    const race = async (expectedVersion: number) => {
      const attempts = [responder, second].map(({ id }) => bench.save([always(id)], expectedVersion));
      const outcomes = await Promise.allSettled(attempts);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
        reason: { code: 'CONCURRENT_CHANGE' },
      });
    };
    await race(0);
    await race(1);
    await expect(bench.save([always(responder.id)])).rejects.toMatchObject({ code: 'CONCURRENT_CHANGE' });
  });

  it('R-02 that was retired leaves its role to another, and stays to be read', async () => {
    const saved = await bench.save([always(second.id)]);
    const order = { rotaId: saved.id, expectedVersion: 1, reason: 'planned for the wrong team' };
    const retired = await bench.write(manager, (tx) => rotas.retireRota(tx, order, settings));
    expect(await bench.onCallNow()).toBeNull();
    expect((await bench.anIncident()).onCallId).toBe(responder.id);
    const other = await bench.save([always(responder.id)]);
    expect(other).toMatchObject({ version: 1, retiredAt: null });
    expect(await bench.onCallNow()).toMatchObject({ rota: other, principalId: responder.id });
    const again = { rotaId: other.id, expectedVersion: 1, reason: 'the next one' };
    const next = await bench.write(admin, (tx) => rotas.retireRota(tx, again, settings));
    const page = (after: string | null, isRetired: boolean) =>
      bench.look(legal, (tx) => pageRotas(tx, { first: 1, after, retired: isRetired }));
    const one = await page(null, true);
    const two = await page(one.pageInfo.endCursor ?? null, true);
    const expected = [retired, next].sort((a, b) => (a.id < b.id ? -1 : 1));
    expect([...one.edges, ...two.edges].map(({ node }) => node)).toEqual(expected);
    expect([two.pageInfo.hasNextPage, (await page(null, false)).edges]).toEqual([false, []]);
  });

  it('is looked at for 366 days at most, forwards', async () => {
    const saved = await bench.save([always(responder.id)]);
    const from = new Date('2026-01-01T00:00Z');
    const look = (to: Date) => bench.look(legal, (tx) => listGaps(tx, saved, { from, to }));
    expect(await look(minutes(from, 366 * day))).toEqual([{ from, to: new Date('2026-01-05T08:00Z') }]);
    await expect(look(minutes(from, 366 * day + 1))).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(look(from)).rejects.toMatchObject({ code: 'TIME_ORDER_INVALID' });
  });
});

describe('when an incident opens', () => {
  beforeEach(() => bench.save([always(second.id)]));

  it('R-02 whom the rota names takes the call; the directory still joins its own', async () => {
    const incident = await bench.seen(await bench.open({}), second);
    expect(incident).toMatchObject({ onCallId: second.id, incidentManagerId: manager.id });
    expect(incident.members.filter(({ role }) => role === 'RESPONDER').map(({ principalId }) => principalId)).toEqual(
      [responder.id, second.id].sort(),
    );
  });

  it('in a gap, the first of the directory takes it, as without a rota', async () => {
    const rota = await bench.look(manager, (tx) => rotaStore(tx).findByRole('RESPONDER'));
    await bench.override(rota!, null, { from: await bench.now().then(minuteOf), to: minutes(await bench.now(), hour) });
    const incident = await bench.anIncident();
    expect(incident.onCallId).toBe(responder.id);
    expect(incident.members.map(({ principalId }) => principalId)).not.toContain(second.id);
  });
});

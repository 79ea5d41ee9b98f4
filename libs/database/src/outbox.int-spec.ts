import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aPrincipal, testDatabase, type TestDatabase } from '@tocsin/testkit';
import { inTransaction, outbox, type ShardLease } from './index.ts';
import {
  anIncident,
  createIncidentTable,
  incidentStore,
  incidentTable,
  reopened,
  type Incident,
} from './spec-incident.ts';

const by = aPrincipal('INCIDENT_MANAGER');
/** Of shard 3. */
const idOf = (nth: number): string => `7f1c9a52-6d0e-4a4b-9a56-0f3f6f0d2c${nth}f`;

describe('the outbox', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await testDatabase('incident', [incidentTable], { migrations: null });
    await createIncidentTable(test);
  });
  afterAll(() => test.drop());

  const change = (incident: Incident, isNew = false): Promise<Incident> =>
    inTransaction(test.db, { by, action: 'reopenIncident' }, (tx) =>
      tx.commit(incidentStore, reopened(incident, tx.now, isNew)),
    );
  const claim = async (owner: string): Promise<ShardLease> => {
    const lease = await outbox.claimShard(test.db, 3, owner);
    if (lease === null) throw new Error('Somebody else has the shard.');
    return lease;
  };
  const expire = (): Promise<unknown> => test.admin(`update outbox_shard set lease_until = now() - interval '1 s'`);
  const where = async (): Promise<unknown> =>
    (
      await test.admin(`select (select count(*)::int from outbox) as waiting,
        (select count(*)::int from event_log) as logged, (select count(*)::int from outbox_parked) as parked`)
    )[0];

  it('gives a shard to one owner at a time, with a greater fence each time', async () => {
    const first = await claim('relay-1');
    expect(await outbox.claimShard(test.db, 3, 'relay-2')).toBeNull();
    expect(await outbox.renewShard(test.db, first)).toBe(true);
    await outbox.releaseShard(test.db, first);
    const second = await claim('relay-2');
    expect(second.fence).toBeGreaterThan(first.fence);
    expect(await outbox.renewShard(test.db, first)).toBe(false);
    await outbox.releaseShard(test.db, second);
  });

  it('E-6 lets an owner who lost his lease move and park nothing', async () => {
    await change(anIncident({ id: idOf(0) }), true);
    const lost = await claim('relay-1');
    const batch = await outbox.readBatch(test.db, 3);
    await expire();
    const present = await claim('relay-2');
    const ids = batch.map(({ id }) => id);
    const before = await where();
    expect(await outbox.moveSent(test.db, lost, ids)).toBe(0);
    expect(await outbox.parkAggregate(test.db, lost, { type: 'incident', id: idOf(0) }, 'too large')).toBe(0);
    expect(await where()).toEqual(before);
    expect(await outbox.moveSent(test.db, present, ids)).toBe(1);
    expect(await where()).toEqual({ waiting: 0, logged: 1, parked: 0 });
    await outbox.releaseShard(test.db, present);
  });

  it('reads in order, within the limits of rows and bytes, but always one', async () => {
    let incident = await change(anIncident({ id: idOf(1) }), true);
    for (let more = 0; more < 3; more += 1) incident = await change(incident);
    const all = await outbox.readBatch(test.db, 3);
    expect(all.map(({ sequence }) => sequence)).toEqual([1n, 2n, 3n, 4n]);
    expect(await outbox.readBatch(test.db, 3, 2)).toEqual(all.slice(0, 2));
    expect(await outbox.readBatch(test.db, 3, 500, 1)).toEqual(all.slice(0, 1));
    expect(await outbox.readBatch(test.db, 2)).toEqual([]);
    expect(await outbox.lag(test.db)).toMatchObject({ waiting: 4, parked: 0 });
  });

  it('E-5 holds back only the events of a parked aggregate, and gives them back in order', async () => {
    await change(anIncident({ id: idOf(2) }), true);
    const lease = await claim('relay-1');
    expect(await outbox.parkAggregate(test.db, lease, { type: 'incident', id: idOf(1) }, 'too large')).toBe(4);
    await change({ id: idOf(1), version: 4, cycle: 4 });
    const ready = (await outbox.readBatch(test.db, 3)).map(({ aggregateId }) => aggregateId);
    expect(ready).toEqual([idOf(2)]);
    expect(await outbox.unparkAggregate(test.db, { type: 'incident', id: idOf(1) })).toBe(4);
    const drained = (await outbox.readBatch(test.db, 3)).filter(({ aggregateId }) => aggregateId === idOf(1));
    expect(drained.map(({ sequence }) => sequence)).toEqual([1n, 2n, 3n, 4n, 5n]);
    await outbox.releaseShard(test.db, lease);
  });
});

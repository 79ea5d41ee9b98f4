import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { armFailpoint } from '@tocsin/runtime';
import { outbox } from '@tocsin/database';
import { RecordRefused, createConsumer, createRelay, type EventBus, type OutgoingRecord } from './index.ts';
import { createBench, eventually, specLog, type Bench } from './testing/bench.ts';

let bench: Bench;
const disarm: (() => void)[] = [];
beforeEach(async () => {
  bench = await createBench();
});
afterEach(async () => {
  disarm.splice(0).forEach((stop) => stop());
  await bench.close();
});

const relayOver = (bus: EventBus) => createRelay({ db: bench.producer, bus, log: specLog });
const numbers = async (id: string): Promise<number[]> => (await bench.effects(id)).map(({ n }) => n);
const waiting = async (): Promise<number> => (await outbox.lag(bench.producer)).waiting;
const logged = async (): Promise<string[]> =>
  (
    await bench.admin.source.query<{ id: string }[]>('select event_id as id from incident.event_log order by position')
  ).map(({ id }) => id);

/** The real bus, which also remembers what was sent. */
function watched(onSend: (records: readonly OutgoingRecord[]) => void): EventBus {
  return {
    ...bench.bus,
    send: async (records) => {
      onSend(records);
      await bench.bus.send(records);
    },
  };
}

describe('the relay', () => {
  it('F-2 E-1 E-2 sends the same ids again after an end between the acknowledgement and the move', async () => {
    const sent: string[] = [];
    const bus = watched((records) => sent.push(...records.map(({ headers }) => headers['ce_id'] ?? '')));
    disarm.push(
      armFailpoint('relay.after-send', () => {
        throw new Error('killed');
      }),
    );
    const id = randomUUID();
    await bench.announce(id, 1, 2, 3);
    await bench.run(createConsumer(bench.handled));
    const first = await bench.run(relayOver(bus));
    await eventually(async () => {
      expect(sent.length).toBeGreaterThanOrEqual(3);
      expect(await numbers(id)).toEqual([1, 2, 3]);
    });
    expect(await waiting()).toBe(3);
    await first.stop();
    disarm.splice(0).forEach((stop) => stop());
    await bench.announce(id, 4);
    await bench.run(relayOver(bus));
    await eventually(async () => {
      expect(await waiting()).toBe(0);
      expect(await numbers(id)).toEqual([1, 2, 3, 4]);
    });
    const ids = await logged();
    expect(ids).toHaveLength(4);
    expect(new Set(sent)).toEqual(new Set(ids));
    expect(sent.filter((one) => one === ids[0]).length).toBeGreaterThanOrEqual(2);
    expect((await bench.effects(id)).map(({ eventId }) => eventId)).toEqual(ids);
  });

  it('E-6 F-4 an owner whose lease ran out while it sent changes nothing', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let isReached = false;
    disarm.push(
      armFailpoint('relay.after-send', async () => {
        isReached = true;
        await held;
      }),
    );
    const id = randomUUID();
    await bench.announce(id, 1, 2);
    await bench.run(relayOver(bench.bus));
    await eventually(() => Promise.resolve(expect(isReached).toBe(true)));
    // What a pause of the process beyond its lease amounts to: somebody else took the shard.
    const shard = Number.parseInt(id.slice(-1), 16) & 3;
    await bench.admin.source.query(
      `update incident.outbox_shard set lease_until = now() - interval '1 s' where shard = $1`,
      [shard],
    );
    const thief = await outbox.claimShard(bench.producer, shard, 'another');
    expect(thief).not.toBeNull();
    release();
    await sleep(1_000);
    expect(await waiting()).toBe(2);
    expect(await logged()).toEqual([]);
    if (thief !== null) await outbox.releaseShard(bench.producer, thief);
    await eventually(async () => {
      expect(await waiting()).toBe(0);
    });
    expect(await logged()).toHaveLength(2);
  });

  it('E-5 parks only the aggregate of a record that the broker refuses', async () => {
    const [sick, well] = [randomUUID(), randomUUID()];
    const picky: EventBus = {
      ...bench.bus,
      send: (records) =>
        records.some(({ key, value }) => key === sick && String(value).includes('"n":2'))
          ? Promise.reject(new RecordRefused('too large'))
          : bench.bus.send(records),
    };
    await bench.announce(sick, 1);
    await bench.announce(well, 1);
    await bench.announce(sick, 2);
    await bench.announce(sick, 3);
    await bench.announce(well, 2);
    await bench.run(createConsumer(bench.handled));
    await bench.run(relayOver(picky));
    await eventually(async () => {
      expect(await numbers(well)).toEqual([1, 2]);
      expect(await numbers(sick)).toEqual([1]);
      expect(await outbox.lag(bench.producer)).toMatchObject({ waiting: 0, parked: 2 });
    });
    await outbox.unparkAggregate(bench.producer, { type: 'incident', id: sick });
    await bench.run(relayOver(bench.bus));
  });
});

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { outbox } from '@tocsin/database';
import { createConsumer, createRelay, createTail } from '@tocsin/messaging';
import { createBench, eventually, specLog, type Bench } from '@tocsin/messaging/testing';
import { freePorts } from '../ports.ts';
import { createThrowaway, type Throwaway } from '../throwaway.ts';
import { startWorld, type World } from '../world.ts';

let throwaway: Throwaway;
let world: World;
let bench: Bench;

beforeAll(async () => {
  throwaway = await createThrowaway();
  world = await startWorld({
    state: throwaway.state,
    ports: await freePorts(),
    durable: false,
    mail: false,
    say: () => undefined,
    env: { ...process.env, DATABASE_URL: process.env['TOCSIN_TEST_DATABASE_URL'] ?? '', KAFKA_BROKERS: '' },
  });
  bench = await createBench({ brokers: world.brokers });
}, 60_000);
afterAll(async () => {
  await bench.close();
  await world.stop();
  await throwaway.remove();
}, 60_000);

/** Longer than all of kafkajs's retries of one request, so that its clients give up and begin anew. */
const outageMs = 25_000;

describe('a broker that is killed and comes back', () => {
  it('F-5 E-4 E-16 loses nothing, repeats no effect, keeps the order, and the parts recover by themselves', async () => {
    const incidents = [randomUUID(), randomUUID(), randomUUID()];
    const gaps: string[] = [];
    const { bus, eventKeys } = bench;
    const tail = createTail({
      ...{ bus, eventKeys, log: specLog, groupId: `tail.${randomUUID()}`, topics: ['tocsin.incident'] },
      onEvent: () => undefined,
      onGap: (reason) => gaps.push(reason),
    });
    await bench.run(createConsumer(bench.handled));
    await bench.run(tail);
    await bench.run(createRelay({ db: bench.producer, bus, log: specLog }));
    for (const id of incidents) await bench.announce(id, 1, 2, 3);
    await sleep(100);
    await world.kafka?.kill();
    for (let n = 4; n < 30; n += 1) for (const id of incidents) await bench.announce(id, n);
    await sleep(outageMs);
    expect(await bus.ready()).toBe(false);
    expect((await outbox.lag(bench.producer)).waiting).toBeGreaterThanOrEqual(78);
    await world.kafka?.start();
    const back = Date.now();
    await eventually(async () => {
      for (const id of incidents)
        expect((await bench.effects(id)).map(({ n }) => n)).toEqual(
          Array.from({ length: 29 }, (_, index) => index + 1),
        );
      expect((await outbox.lag(bench.producer)).waiting).toBe(0);
    }, 45_000);
    // 10 s by E-16, doubled for a machine that runs everything else at the same time.
    expect(Date.now() - back).toBeLessThan(20_000);
    expect(await bus.ready()).toBe(true);
    // The gateway learns that it may have missed something.
    expect(gaps).not.toEqual([]);
  }, 120_000);
});

import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventLog } from '@tocsin/database';
import { toRecord } from './envelope.ts';
import { createRelay, createTail, replay, type TailEvent } from './index.ts';
import { createBench, eventually, specLog, type Bench } from './testing/bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await createBench();
});
afterEach(() => bench.close());

const startTail = async (): Promise<{ seen: TailEvent[]; gaps: string[] }> => {
  const seen: TailEvent[] = [];
  const gaps: string[] = [];
  const { bus, eventKeys } = bench;
  await bench.run(
    createTail({
      ...{ bus, eventKeys, log: specLog, groupId: `tail.${randomUUID()}` },
      topics: ['tocsin.incident', 'tocsin.classification'],
      onEvent: (event) => seen.push(event),
      onGap: (reason) => gaps.push(reason),
    }),
  );
  return { seen, gaps };
};

describe('the tail', () => {
  it('E-14 misses nothing that is announced once it has started, and shows nothing older', async () => {
    const id = randomUUID();
    await bench.run(createRelay({ db: bench.producer, bus: bench.bus, log: specLog }));
    await bench.announce(id, 1, 2);
    await eventually(async () => {
      expect(await replay(bench.producer, bench.bus, { aggregateId: id })).toBe(2);
    });
    const [one, other] = [await startTail(), await startTail()];
    await bench.announce(id, 3, 4);
    await eventually(() => {
      for (const { seen } of [one, other]) expect(seen.map(({ sequence }) => sequence)).toEqual([3n, 4n]);
      return Promise.resolve();
    });
    expect(one.seen[0]).toMatchObject({ key: id, type: 'tocsin.incident.StageChanged.v1', data: { n: 3 } });
    expect(one.gaps).toEqual([]);
  });

  it('S-50 E-2 shows a repeated event once and a forged one never', async () => {
    const id = randomUUID();
    await bench.run(createRelay({ db: bench.producer, bus: bench.bus, log: specLog }));
    const { seen } = await startTail();
    await bench.announce(id, 1);
    await eventually(async () => {
      expect(await replay(bench.producer, bench.bus, { aggregateId: id })).toBe(1);
    });
    const [logged] = await eventLog.readLog(bench.producer, id, 0n, 1);
    if (logged === undefined) throw new Error('one event expected');
    const other = { eventId: randomUUID(), sequence: 2n };
    await bench.bus.send([toRecord({ ...logged, ...other }), toRecord({ ...logged, ...other, eventId: randomUUID() })]);
    await bench.announce(id, 2);
    await eventually(() => {
      expect(seen.map(({ data }) => data)).toMatchObject([{ n: 1 }, { n: 2 }]);
      return Promise.resolve();
    });
  });
});

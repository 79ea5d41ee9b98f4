import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DomainError } from '@tocsin/errors';
import { outbox } from '@tocsin/database';
import { createConsumer, createRelay, releaseKey, replay } from './index.ts';
import { toRecord } from './envelope.ts';
import { createBench, eventually, specLog, type Bench } from './testing/bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await createBench();
});
afterEach(() => bench.close());

const startRelay = (): Promise<unknown> => bench.run(createRelay({ db: bench.producer, bus: bench.bus, log: specLog }));
const startConsumer = (): Promise<unknown> => bench.run(createConsumer(bench.handled));
const numbers = async (incidentId: string): Promise<number[]> => (await bench.effects(incidentId)).map(({ n }) => n);
const parked = (): Promise<{ key: string; error: string; offset: string; partition: number }[]> =>
  bench.admin.source.query(
    `select key, error, "offset", partition from classification.parked where released_at is null order by "offset"`,
  );

/** The records of an incident as the relay would send them; the rows leave the outbox. */
async function takeRecords(incidentId: string) {
  const rows = [];
  for (let shard = 0; shard < outbox.shardCount; shard += 1)
    rows.push(...(await outbox.readBatch(bench.producer, shard)));
  await bench.admin.source.query('delete from incident.outbox where aggregate_id = $1', [incidentId]);
  return rows.filter((row) => row.aggregateId === incidentId).map(toRecord);
}

describe('a consumer', () => {
  it('E-2 H-7 has one effect of each event when every event is delivered twice', async () => {
    const [a, b] = [randomUUID(), randomUUID()];
    await bench.announce(a, 1, 2, 3);
    await bench.announce(b, 1, 2);
    const records = [...(await takeRecords(a)), ...(await takeRecords(b))];
    await startConsumer();
    await bench.bus.send([...records, ...records]);
    await bench.bus.send(records);
    await bench.announce(a, 4);
    await bench.bus.send(await takeRecords(a));
    await eventually(async () => {
      expect(await numbers(a)).toEqual([1, 2, 3, 4]);
      expect(await numbers(b)).toEqual([1, 2]);
    });
    expect(await parked()).toEqual([]);
  });

  it('E-5 a poison record stops only its own key; released, the key drains in order', async () => {
    const [sick, well] = [randomUUID(), randomUUID()];
    bench.beforeEffect = (n, meta) => {
      if (n === 2) throw new Error(`cannot be handled: ${meta.type}`);
    };
    await bench.announce(sick, 1, 2, 3, 4);
    await bench.announce(well, 1, 5, 6);
    await startRelay();
    await startConsumer();
    await eventually(async () => {
      expect(await numbers(well)).toEqual([1, 5, 6]);
      expect(await numbers(sick)).toEqual([1]);
      expect((await parked()).map(({ error }) => error)).toEqual([
        'Error: cannot be handled: tocsin.incident.StageChanged.v1',
        'KEY_HALTED',
        'KEY_HALTED',
      ]);
    });
    const order = { topic: 'tocsin.incident', key: sick };
    expect(await releaseKey(bench.handled, order)).toMatchObject({ applied: 0, isFlowing: false });
    bench.beforeEffect = () => undefined;
    expect(await releaseKey(bench.handled, order)).toEqual({ applied: 3, isFlowing: true });
    expect(await numbers(sick)).toEqual([1, 2, 3, 4]);
    await bench.announce(sick, 5);
    await eventually(async () => {
      expect(await numbers(sick)).toEqual([1, 2, 3, 4, 5]);
    });
  });

  it('E-5 a record given up lets its key flow again', async () => {
    const id = randomUUID();
    bench.beforeEffect = (n) => {
      if (n === 1) throw new Error('never');
    };
    await bench.announce(id, 1, 2);
    await startRelay();
    await startConsumer();
    await eventually(async () => {
      expect(await parked()).toHaveLength(2);
    });
    const [first] = await parked();
    const giveUp = [`${String(first?.partition)}:${String(first?.offset)}`];
    const released = await releaseKey(bench.handled, { topic: 'tocsin.incident', key: id, giveUp });
    expect(released).toEqual({ applied: 2, isFlowing: true });
    expect(await numbers(id)).toEqual([2]);
  });

  it('S-50 parks a record with a forged signature, and does not halt the key it claims', async () => {
    const id = randomUUID();
    await bench.announce(id, 1, 2);
    const [first, second] = await takeRecords(id);
    if (first === undefined || second === undefined) throw new Error('two records expected');
    await startConsumer();
    await bench.bus.send([{ ...first, value: String(first.value).replace('"n":1', '"n":9') }]);
    await eventually(async () => {
      expect(await parked()).toMatchObject([{ error: 'SIGNATURE_INVALID' }]);
    });
    expect((await parked())[0]?.key).not.toBe(id);
    await bench.bus.send([first, second]);
    await eventually(async () => {
      expect(await numbers(id)).toEqual([1, 2]);
    });
  });

  it('F-18 E-2 a replay of everything changes nothing for whoever has handled it', async () => {
    const id = randomUUID();
    await bench.announce(id, 1, 2, 3);
    await startRelay();
    await startConsumer();
    await eventually(async () => {
      expect(await numbers(id)).toEqual([1, 2, 3]);
    });
    await eventually(async () => {
      expect(await replay(bench.producer, bench.bus, { aggregateId: id })).toBe(3);
    });
    await bench.announce(id, 4);
    await eventually(async () => {
      expect(await numbers(id)).toEqual([1, 2, 3, 4]);
    });
    expect(await parked()).toEqual([]);
  });

  it('E-3 a gap halts the key; after a replay of what is missing the release drains in order', async () => {
    const id = randomUUID();
    await bench.announce(id, 1, 2, 3);
    const [first, second, third] = await takeRecords(id);
    if (first === undefined || second === undefined || third === undefined) throw new Error('three records expected');
    await startConsumer();
    await bench.bus.send([first, third]);
    await eventually(async () => {
      expect((await parked()).map(({ error }) => error)).toEqual([expect.stringContaining('GAP')]);
    });
    await bench.bus.send([second]);
    await eventually(async () => {
      expect(await parked()).toHaveLength(2);
    });
    const released = await releaseKey(bench.handled, { topic: 'tocsin.incident', key: id });
    expect(released).toEqual({ applied: 2, isFlowing: true });
    expect(await numbers(id)).toEqual([1, 2, 3]);
  });

  it('H-10 records a refusal with its code, undoes its effect and goes on', async () => {
    const id = randomUUID();
    bench.beforeEffect = (n) => {
      if (n === 2) throw new DomainError('STAGE_NOT_ALLOWED', 'no');
    };
    await bench.announce(id, 1, 2, 3);
    await startRelay();
    await startConsumer();
    await eventually(async () => {
      expect(await numbers(id)).toEqual([1, 3]);
    });
    const outcomes = await bench.admin.source.query<{ outcome: string; code: string | null }[]>(
      'select outcome, code from classification.inbox order by message_id',
    );
    expect(outcomes).toEqual([
      { outcome: 'DONE', code: null },
      { outcome: 'REFUSED', code: 'STAGE_NOT_ALLOWED' },
      { outcome: 'DONE', code: null },
    ]);
  });

  it('does an effect again after CONCURRENT_CHANGE', async () => {
    const id = randomUUID();
    let refusals = 0;
    bench.beforeEffect = () => {
      refusals += 1;
      if (refusals <= 5) throw new DomainError('CONCURRENT_CHANGE', 'again');
    };
    await bench.announce(id, 1);
    await startRelay();
    await startConsumer();
    await eventually(async () => {
      expect(await numbers(id)).toEqual([1]);
    });
    expect(await parked()).toEqual([]);
  });
});

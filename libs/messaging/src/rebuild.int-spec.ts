import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Handlers } from '@tocsin/contracts';
import { outbox, connect, type Database, type Transaction } from '@tocsin/database';
import { EntitySchema } from 'typeorm';
import { createConsumer, createRelay, rebuildProjection } from './index.ts';
import { createBench, eventually, specLog, type Bench } from './testing/bench.ts';

/* Our copy of the stage of an incident, as a service keeps one: the last event wins. */

const KnownStage = new EntitySchema<{ incidentId: string; n: number }>({
  name: 'known_stage',
  columns: { incidentId: { name: 'incident_id', type: 'uuid', primary: true }, n: { type: 'int' } },
});
const handlers = {
  StageChanged: ({ incidentId, n }, tx) =>
    tx.manager.getRepository(KnownStage).upsert({ incidentId, n }, ['incidentId']),
} as const satisfies Partial<Handlers<'classification', Transaction>>;
const facts = { tables: [KnownStage], handlers };

let bench: Bench;
let db: Database;
beforeEach(async () => {
  bench = await createBench();
  await bench.admin.source.query(
    `create table classification.known_stage (incident_id uuid primary key, n int not null);
     grant select, insert, update, delete on classification.known_stage to classification_app`,
  );
  const { url } = bench.consumer.source.options as { url: string };
  db = connect({ url, service: 'classification', tables: [KnownStage], log: specLog });
  await db.start();
});
afterEach(async () => {
  await db.stop();
  await bench.close();
});

const rebuild = (dryRun = false) => {
  const { producer, eventKeys } = bench;
  return rebuildProjection({
    ...{ db, service: 'classification', facts, eventKeys, log: specLog, dryRun },
    sources: { incident: producer },
  });
};
const stages = async (): Promise<Readonly<Record<string, number>>> => {
  const rows: { incident_id: string; n: number }[] = await bench.admin.source.query(
    'select incident_id, n from classification.known_stage',
  );
  return Object.fromEntries(rows.map((row) => [row.incident_id, row.n]));
};
const startRelay = () => bench.run(createRelay({ db: bench.producer, bus: bench.bus, log: specLog }));
const untilSent = () =>
  eventually(async () => {
    for (let shard = 0; shard < outbox.shardCount; shard += 1)
      expect(await outbox.readBatch(bench.producer, shard)).toEqual([]);
  });

describe('a projection', () => {
  it('E-1 is rebuilt from what was published and from what still waits in the outbox', async () => {
    const [a, b] = [randomUUID(), randomUUID()];
    await bench.announce(a, 1, 2, 3);
    const relay = await startRelay();
    await untilSent();
    await relay.stop();
    await bench.announce(a, 4);
    await bench.announce(b, 1);
    const strayed = randomUUID();
    await bench.admin.source.query('insert into classification.known_stage values ($1, 2), ($2, 9)', [a, strayed]);
    expect(await rebuild()).toEqual({
      events: 5,
      tables: [{ table: 'known_stage', before: 2, after: 2, removed: 2, added: 2 }],
    });
    expect(await stages()).toEqual({ [a]: 4, [b]: 1 });
    expect((await rebuild()).tables).toEqual([{ table: 'known_stage', before: 2, after: 2, removed: 0, added: 0 }]);
  });

  it('tells in a dry run what would change, and changes nothing', async () => {
    const id = randomUUID();
    await bench.announce(id, 1);
    expect(await rebuild(true)).toMatchObject({ events: 1, tables: [{ before: 0, after: 1 }] });
    expect(await stages()).toEqual({});
  });

  it('S-50 is not rebuilt from a log in which somebody changed an event; nothing has changed then', async () => {
    const id = randomUUID();
    await bench.announce(id, 1, 2);
    await rebuild();
    await bench.admin.source.query(`update incident.outbox set data = replace(data, '"n":2', '"n":7')`);
    await expect(rebuild()).rejects.toThrow('SIGNATURE_INVALID');
    expect(await stages()).toEqual({ [id]: 2 });
  });

  it('needs the log of each owner', async () => {
    const { eventKeys } = bench;
    const options = {
      db,
      service: 'classification',
      facts,
      eventKeys,
      log: specLog,
      dryRun: false,
      sources: {},
    } as const;
    await expect(rebuildProjection(options)).rejects.toThrow('The log of incident is needed');
  });

  it('E-2 E-3 is rebuilt beside its running consumer, and nothing is lost', async () => {
    const ids = [randomUUID(), randomUUID(), randomUUID()];
    await startRelay();
    await bench.run(createConsumer({ ...bench.handled, db, handlers: withFacts(bench.handled.handlers) }));
    for (let n = 1; n <= 20; n += 1) {
      for (const id of ids) await bench.announce(id, n);
      if (n % 5 === 0) await rebuild();
    }
    await eventually(async () => {
      expect(await stages()).toEqual(Object.fromEntries(ids.map((id) => [id, 20])));
    });
    expect((await rebuild()).tables).toMatchObject([{ removed: 0, added: 0 }]);
  });
});

const withFacts = (all: Handlers<'classification', Transaction>): Handlers<'classification', Transaction> => ({
  ...all,
  ...handlers,
});

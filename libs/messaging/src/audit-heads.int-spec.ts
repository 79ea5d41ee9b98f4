import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { servicePrincipal } from '@tocsin/access';
import { eventLog, inTransaction, sealAuditHead } from '@tocsin/database';
import { toRecord } from './envelope.ts';
import { createConsumer, createRelay, readEvents, type UnprovenRecord } from './index.ts';
import { createBench, eventually, specLog, type Bench } from './testing/bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
  await bench.run(createRelay({ db: bench.producer, bus: bench.bus, log: specLog }));
});
afterAll(() => bench.close());

const seal = (): Promise<unknown> =>
  inTransaction(bench.producer, { by: servicePrincipal('incident'), action: 'sealAuditHead' }, (tx) => {
    const { signingKey } = bench.producer;
    if (signingKey === undefined) throw new Error('The bench signs its events.');
    return sealAuditHead(tx, 'incident', signingKey);
  });
const type = 'tocsin.incident.AuditHeadSealed.v1';
const query = <Row>(sql: string): Promise<Row[]> => bench.admin.source.query<Row[]>(sql);
const headsSent = async (): Promise<number> =>
  (await query(`select 1 from incident.event_log where type = '${type}'`)).length;

describe('S-40 heads of the audit trail on Kafka', () => {
  it('move on the counters of who hears the topic, and nothing else: no row, so that no head answers a head', async () => {
    const id = randomUUID();
    await bench.run(createConsumer(bench.handled));
    await seal();
    await bench.announce(id, 1);
    await seal();
    await bench.announce(id, 2);
    await eventually(async () => {
      expect((await bench.effects(id)).map(({ n }) => n)).toEqual([1, 2]);
      const sql = `select last_seq::int as seq from classification.progress where aggregate_type = 'auditTrail'`;
      expect(await query(sql)).toEqual([{ seq: 2 }]);
    });
    const left = `select (select count(*)::int from classification.audit) as rows,
      (select count(*)::int from classification.parked) as parked, (select count(*)::int from classification.inbox i
        join incident.event_log e on e.event_id = i.message_id where e.type = '${type}') as remembered`;
    expect(await query(left)).toEqual([{ rows: 0, parked: 0, remembered: 0 }]);
  });

  it('are read from the beginning to the end, proven, in their order, and those that nobody vouches for are told', async () => {
    const before = await headsSent();
    for (let times = 0; times < 3; times += 1) await seal();
    await eventually(async () => expect(await headsSent()).toBe(before + 3));
    const sql = `select aggregate_id as id from incident.event_log where type = '${type}' limit 1`;
    const [trail] = await query<{ id: string }>(sql);
    const [genuine] = await eventLog.readLog(bench.producer, trail?.id ?? '', 0n, 1);
    if (genuine === undefined) throw new Error('A head was sent.');
    await bench.bus.send([toRecord({ ...genuine, data: genuine.data.replace('"n":1', '"n":9') })]);
    const [seen, unproven] = [[] as unknown[], [] as UnprovenRecord[]];
    const { bus, eventKeys } = bench;
    await readEvents({
      ...{ bus, eventKeys, topics: ['tocsin.incident', 'tocsin.detection'], types: [type] },
      onEvent: ({ data }) => Promise.resolve(void seen.push((data as { n: number }).n)),
      onUnproven: (record) => unproven.push(record),
    });
    expect(seen).toEqual(Array.from({ length: before + 3 }, (_, nth) => nth + 1));
    expect(unproven).toMatchObject([{ topic: 'tocsin.incident', reason: 'SIGNATURE_INVALID' }]);
  });

  it('are read to the end though there is none, and what the reader throws ends the reading', async () => {
    const { bus, eventKeys } = bench;
    const reading = (topics: string[], onEvent: () => Promise<void>): Promise<void> =>
      readEvents({ bus, eventKeys, topics, types: [type], onEvent, onUnproven: () => undefined });
    await reading(['tocsin.notification'], () => Promise.reject(new Error('there is none')));
    await expect(reading(['tocsin.incident'], () => Promise.reject(new Error('disk full')))).rejects.toThrow(
      'disk full',
    );
    await expect(reading(['tocsin.nowhere'], () => Promise.resolve())).rejects.toThrow();
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { servicePrincipal } from '@tocsin/access';
import { testDatabase, type TestDatabase } from '@tocsin/testkit';
import { haltedKeys, inbox, inTransaction, type InboxMessage, type ParkedRecord, type Transaction } from './index.ts';

const consumer = 'tocsin.classification';
const topic = 'tocsin.incident';
const aMessage = (offset: number): InboxMessage => ({
  messageId: randomUUID(),
  topic,
  partition: 0,
  offset: String(offset),
});
const aRecord = (offset: number, key: string): ParkedRecord => ({
  topic,
  partition: 0,
  offset: String(offset),
  key,
  sequence: BigInt(offset),
  messageId: randomUUID(),
  headers: { ce_id: 'x' },
  value: Buffer.from('{"a":1}'),
  error: 'bad signature',
  attempts: 1,
});

describe('the inbox', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await testDatabase('classification', [], { migrations: null });
  });
  afterAll(() => test.drop());

  const work = <T>(task: (tx: Transaction) => Promise<T>): Promise<T> =>
    inTransaction(test.db, { by: servicePrincipal('classification'), action: 'consume' }, task);

  it('E-2 gives each message to one slice only, also when two come at once', async () => {
    const messages = [aMessage(0), aMessage(1), aMessage(2)];
    const fresh = await Promise.all([
      work((tx) => inbox.recordSlice(tx, consumer, messages)),
      work((tx) => inbox.recordSlice(tx, consumer, messages)),
    ]);
    expect(fresh.map((ids) => ids.size).sort()).toEqual([0, 3]);
    expect((await work((tx) => inbox.recordSlice(tx, 'tocsin.notification', messages))).size).toBe(3);
  });

  it('E-2 takes a message again after its slice was undone', async () => {
    const message = aMessage(3);
    const failing = work(async (tx) => {
      await inbox.recordSlice(tx, consumer, [message]);
      throw new Error('effect failed');
    });
    await expect(failing).rejects.toThrow('effect failed');
    expect(await work((tx) => inbox.recordSlice(tx, consumer, [message]))).toEqual(new Set([message.messageId]));
  });

  it('E-3 remembers the last sequence of each aggregate and never goes back', async () => {
    const incident = { type: 'incident', id: randomUUID() };
    await work((tx) => inbox.advance(tx, consumer, [{ ...incident, sequence: 7n }]));
    await work((tx) => inbox.advance(tx, consumer, [{ ...incident, sequence: 3n }]));
    const progress = await work((tx) => inbox.progressOf(tx, consumer, [incident, { ...incident, type: 'cin' }]));
    expect([...progress]).toEqual([[inbox.keyOfAggregate(incident), 7n]]);
  });

  it('E-5 parks the records of a halted key in order, and lets it flow when all are applied', async () => {
    const key = randomUUID();
    const message = { ...aMessage(10), outcome: 'PARKED' as const };
    await work(async (tx) => {
      await inbox.recordSlice(tx, consumer, [message]);
      await haltedKeys.haltKey(tx, consumer, { topic, key, reason: 'SIGNATURE' });
      await haltedKeys.park(tx, consumer, { ...aRecord(10, key), messageId: message.messageId });
      await haltedKeys.park(tx, consumer, aRecord(9, key));
      await haltedKeys.park(tx, consumer, aRecord(9, key));
    });
    expect(await work((tx) => haltedKeys.isHalted(tx, consumer, topic, key))).toBe(true);
    expect(await work((tx) => haltedKeys.isHalted(tx, consumer, topic, randomUUID()))).toBe(false);
    expect(await haltedKeys.haltedKeys(test.db, consumer)).toMatchObject([{ topic, key, waiting: 2 }]);
    await work(async (tx) => {
      const waiting = await haltedKeys.parkedOf(tx, consumer, topic, key);
      expect(waiting.map(({ offset }) => offset)).toEqual(['9', '10']);
      expect(waiting[0]?.value).toEqual(Buffer.from('{"a":1}'));
      expect(await haltedKeys.resumeKey(tx, consumer, topic, key)).toBe(false);
      for (const record of waiting) await haltedKeys.markReleased(tx, consumer, record);
      const settled = { messageId: message.messageId, outcome: 'DONE' as const };
      expect(await inbox.settleParked(tx, consumer, settled)).toBe(true);
      expect(await inbox.settleParked(tx, consumer, settled)).toBe(false);
      expect(await haltedKeys.resumeKey(tx, consumer, topic, key)).toBe(true);
    });
    expect(await haltedKeys.haltedKeys(test.db, consumer)).toEqual([]);
  });

  it('F-10 counts the starts of a slice until it is finished', async () => {
    const slice = { topic, partition: 1, firstOffset: '40' };
    expect(await inbox.countStart(test.db, consumer, slice)).toBe(1);
    expect(await inbox.countStart(test.db, consumer, slice)).toBe(2);
    expect(await inbox.countStart(test.db, consumer, { ...slice, firstOffset: '41' })).toBe(1);
    await work((tx) => inbox.clearStart(tx, consumer, slice));
    expect(await inbox.countStart(test.db, consumer, { ...slice, firstOffset: '41' })).toBe(1);
  });
});

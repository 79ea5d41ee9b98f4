import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { topicOf } from '@tocsin/contracts';
import { outbox, type Database } from '@tocsin/database';
import { createKafkaBus, createRelay, type EventBus } from '@tocsin/messaging';
import { readingOf, type Reading } from './reading.ts';
import { benchLog, fillOutbox, openRelayDatabase } from './relay-database.ts';
import type { Rig } from './rig.ts';

const rounds = 3;
const events = 50_000;
/** As the topics of `npm start`. */
const partitions = 12;
const giveUpMs = 120_000;

/** One relay empties a full outbox: read, send with all acknowledgements, move to the event log. */
export async function measureRelay(rig: Rig): Promise<readonly Reading[]> {
  const { brokers } = await rig.world();
  const db = await openRelayDatabase(rig);
  const bus = createKafkaBus({ brokers, clientId: 'bench', log: benchLog, prefix: `bench-${randomUUID()}.` });
  await bus.start();
  try {
    await bus.createTopics([topicOf('incident')], partitions);
    const perSecond: number[] = [];
    const perCpuSecond: number[] = [];
    const sends: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await fillOutbox(db, events);
      const { seconds, cpuSeconds } = await drain(db, timed(bus, sends));
      perSecond.push(events / seconds);
      perCpuSecond.push(events / cpuSeconds);
    }
    return [
      readingOf('Relay', 'events/s', perSecond, { of: 'median', bound: 'at least', value: 5_000 }),
      readingOf('Relay: per CPU second of its process', 'events/s', perCpuSecond),
      readingOf('Relay: one send, up to 500 events', 'ms', sends),
    ];
  } finally {
    await bus.stop();
    await db.stop();
  }
}

/** How long each send took until all of it was acknowledged. */
const timed = (bus: EventBus, sends: number[]): EventBus => ({
  ...bus,
  send: async (records) => {
    const from = performance.now();
    await bus.send(records);
    sends.push(performance.now() - from);
  },
});

/** Counts at the bus and looks into the outbox only at the end, so that the looking does not slow the relay. */
async function drain(db: Database, bus: EventBus): Promise<{ seconds: number; cpuSeconds: number }> {
  let sent = 0;
  const counted: EventBus = {
    ...bus,
    send: async (records) => {
      await bus.send(records);
      sent += records.length;
    },
  };
  const relay = createRelay({ db, bus: counted, log: benchLog });
  const cpu = process.cpuUsage();
  const from = performance.now();
  await relay.start();
  try {
    while (sent < events || (await outbox.lag(db)).waiting > 0) {
      if (performance.now() - from > giveUpMs) throw new Error(`The relay sent ${sent} of ${events} in two minutes.`);
      await sleep(10);
    }
    const seconds = (performance.now() - from) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    return { seconds, cpuSeconds: (user + system) / 1e6 };
  } finally {
    await relay.stop();
  }
}

import { randomUUID } from 'node:crypto';
import { outbox, type Database } from '@tocsin/database';
import { Counter, Gauge, type Logger, type Metrics, type Part } from '@tocsin/runtime';
import type { EventBus } from './bus.ts';
import { createShardRelay } from './relay-shard.ts';

export interface RelayOptions {
  readonly db: Database;
  readonly bus: EventBus;
  readonly log: Logger;
  readonly metrics?: Metrics;
}

/**
 * Publishes what was committed: outbox to bus, then outbox to event log (`eventing.md` section 2). Every replica runs
 * one; fenced leases see to it that each shard has one owner. A crash in between sends again, with the same ids.
 */
export function createRelay({ db, bus, log, metrics }: RelayOptions): Part {
  const owner = randomUUID();
  const count = measure(db, metrics);
  const shards = Array.from({ length: outbox.shardCount }, (_, shard) =>
    createShardRelay({ db, bus, log, shard, owner, onPublished: count.published, onParked: count.parked }),
  );
  let isListening = false;
  return {
    name: 'relay',
    start: async () => {
      await Promise.all(shards.map((shard) => shard.start()));
      if (!isListening) {
        db.onAnnounced(() => {
          for (const shard of shards) shard.wake();
        });
      }
      isListening = true;
    },
    stop: async () => {
      await Promise.all(shards.map((shard) => shard.stop()));
    },
    ready: () => shards.every((shard) => shard.ready()),
  };
}

interface Count {
  readonly published: (events: number) => void;
  readonly parked: (events: number) => void;
}

const nothing: Count = { published: () => undefined, parked: () => undefined };

function measure(db: Database, metrics: Metrics | undefined): Count {
  if (metrics === undefined) return nothing;
  const registers = [metrics];
  const published = new Counter({ name: 'tocsin_outbox_published_total', help: 'Events sent and logged.', registers });
  const parked = new Counter({ name: 'tocsin_outbox_parked_total', help: 'Events the broker refused.', registers });
  const waiting = new Gauge({ name: 'tocsin_outbox_waiting', help: 'Committed events not yet sent.', registers });
  new Gauge({
    name: 'tocsin_outbox_lag_seconds',
    help: 'Age of the oldest event not yet sent: alarm at 5, page at 60.',
    registers,
    async collect() {
      const lag = await outbox.lag(db).catch(() => undefined);
      if (lag === undefined) return;
      this.set(lag.oldestMs / 1_000);
      waiting.set(lag.waiting);
    },
  });
  return { published: (events) => published.inc(events), parked: (events) => parked.inc(events) };
}

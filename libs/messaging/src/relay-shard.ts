import { performance } from 'node:perf_hooks';
import { outbox, type Database, type OutboxRow, type ShardLease } from '@tocsin/database';
import { createLoop, failpoint, type Logger, type Loop } from '@tocsin/runtime';
import { RecordRefused, type EventBus } from './bus.ts';
import { toRecord } from './envelope.ts';
import { inBatchSpan } from './tracing.ts';

export interface ShardRelayOptions {
  readonly db: Database;
  readonly bus: EventBus;
  readonly log: Logger;
  readonly shard: number;
  /** Names this process among the relays of its service. */
  readonly owner: string;
  readonly onPublished: (count: number) => void;
  readonly onParked: (count: number) => void;
}

const renewEveryMs = 2_000;
/** Half of the lease: a send that starts now is over before another owner can begin (E-6). */
const sendWithinMs = 4_000;
const pollMs = 250;

/** The lease is gone; whatever was sent stays unmoved, and its next owner sends it again. */
class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

interface Held {
  readonly lease: ShardLease;
  /** Monotonic, taken before the renewal was asked for. */
  renewedAt: number;
}

/** Moves the events of one shard, oldest first, from the outbox to the bus and then to the event log. */
export function createShardRelay(options: ShardRelayOptions): Loop {
  const { db, log, shard, owner } = options;
  let held: Held | undefined;
  let timer: NodeJS.Timeout | undefined;

  const claim = async (): Promise<Held | undefined> => {
    const renewedAt = performance.now();
    const lease = await outbox.claimShard(db, shard, owner);
    return lease === null ? undefined : { lease, renewedAt };
  };
  const renew = async (): Promise<void> => {
    const mine = held;
    if (mine === undefined) return;
    const askedAt = performance.now();
    if (await outbox.renewShard(db, mine.lease)) mine.renewedAt = askedAt;
    else if (held === mine) held = undefined;
  };

  const loop = createLoop({
    name: `relay ${String(shard)}`,
    log,
    idleMs: pollMs,
    round: async () => {
      held ??= await claim();
      if (held === undefined) return false;
      if (performance.now() - held.renewedAt > sendWithinMs) await renew();
      if ((held as Held | undefined) === undefined) return true;
      const mine = held;
      const rows = await outbox.readBatch(db, shard);
      try {
        await publish(options, mine, rows);
      } catch (error) {
        if (!(error instanceof LeaseLost)) throw error;
        if (held === mine) held = undefined;
        log.warn({ shard }, 'the relay lost its lease');
      }
      return rows.length > 0;
    },
  });
  return {
    ...loop,
    start: async () => {
      timer = setInterval(() => {
        renew().catch((error: unknown) => log.warn({ err: error, shard }, 'a lease could not be renewed'));
      }, renewEveryMs);
      await loop.start();
    },
    stop: async () => {
      await loop.stop();
      clearInterval(timer);
      if (held !== undefined) await outbox.releaseShard(db, held.lease);
      held = undefined;
    },
  };
}

/** Sends rows in order and moves them. Rows the broker refuses are narrowed down to one, whose aggregate is parked. */
async function publish(options: ShardRelayOptions, held: Held, rows: readonly OutboxRow[]): Promise<void> {
  const parked = new Set<string>();
  const waiting: (readonly OutboxRow[])[] = [rows];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const batch = next.filter((row) => !parked.has(aggregateOf(row)));
    const [first] = batch;
    if (first === undefined) continue;
    try {
      await sendAndMove(options, held, batch);
    } catch (error) {
      if (!(error instanceof RecordRefused)) throw error;
      if (batch.length === 1) {
        await park(options, held, first, error);
        parked.add(aggregateOf(first));
      } else {
        const middle = Math.ceil(batch.length / 2);
        waiting.unshift(batch.slice(0, middle), batch.slice(middle));
      }
    }
  }
}

const aggregateOf = (row: OutboxRow): string => `${row.aggregateType}/${row.aggregateId}`;

async function sendAndMove(
  { db, bus, onPublished }: ShardRelayOptions,
  held: Held,
  rows: readonly OutboxRow[],
): Promise<void> {
  if (performance.now() - held.renewedAt > sendWithinMs) throw new LeaseLost();
  await inBatchSpan(
    rows.map((row) => row.headers['traceparent']),
    () => bus.send(rows.map(toRecord)),
  );
  await failpoint('relay.after-send');
  const ids = rows.map((row) => row.id);
  if ((await outbox.moveSent(db, held.lease, ids)) === 0) throw new LeaseLost();
  onPublished(rows.length);
}

async function park(
  { db, log, onParked }: ShardRelayOptions,
  held: Held,
  row: OutboxRow,
  error: RecordRefused,
): Promise<void> {
  const reason = error.cause instanceof Error ? error.cause.message : error.message;
  const count = await outbox.parkAggregate(db, held.lease, { type: row.aggregateType, id: row.aggregateId }, reason);
  if (count === 0) throw new LeaseLost();
  onParked(count);
  log.error(
    { err: error, eventId: row.eventId, aggregateType: row.aggregateType, aggregateId: row.aggregateId, count },
    'the broker refuses an event; its aggregate is parked',
  );
}

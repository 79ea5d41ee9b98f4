import { eventLog, type Database } from '@tocsin/database';
import type { EventBus } from './bus.ts';
import { toRecord } from './envelope.ts';

const pageSize = 200;

/**
 * Publishes the events of one aggregate again, from the event log, with the same ids, bytes and signatures: who has
 * handled them skips them, who missed some catches up. Returns how many. Errors: UNAVAILABLE.
 */
export async function replay(
  db: Database,
  bus: EventBus,
  { aggregateId }: { readonly aggregateId: string },
): Promise<number> {
  let sent = 0;
  for (let after = 0n; ;) {
    const rows = await eventLog.readLog(db, aggregateId, after, pageSize);
    await bus.send(rows.map(toRecord));
    sent += rows.length;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return sent;
    after = last.position;
  }
}

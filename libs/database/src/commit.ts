import type { EntityManager } from 'typeorm';
import type { Principal } from '@tocsin/access';
import type { AnyChange } from '@tocsin/contracts';
import { announce } from './announce.ts';
import type { AuditEntry } from './audit.ts';
import type { Database } from './database.ts';
import { recordDecisions } from './decisions.ts';
import type { Store, Transaction, Versioned } from './transaction.ts';

/** What one open transaction gathers until its end. */
export interface Work {
  readonly db: Database;
  readonly by: Principal;
  readonly now: Date;
  readonly manager: EntityManager;
  /** Appended last, because each entry locks the tip of its chain (`security.md` section 7). */
  readonly audit: AuditEntry[];
  announced: boolean;
}

/**
 * Saves before it announces: the state's row is locked when the outbox draws its ids, so their order is the order of
 * the commits (`eventing.md` 2.1).
 */
export async function commit<State extends Versioned>(
  work: Work,
  tx: Transaction,
  action: string,
  store: Store<State>,
  { state, events, decisions = [] }: AnyChange<State>,
): Promise<State> {
  await store.save(state);
  await recordDecisions(tx, { type: store.aggregate, id: state.id }, decisions);
  await announce(work.db, tx, events);
  work.announced ||= events.length > 0;
  work.audit.push({
    actor: work.by.id,
    action,
    subject: `${store.aggregate}:${state.id}`,
    body: {
      events: events.map(({ event }) => event.name),
      version: state.version,
      decisions: decisions.map(({ id }) => id),
    },
  });
  return state;
}

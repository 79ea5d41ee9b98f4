import type { EntityManager } from 'typeorm';
import type { AnyChange } from '@tocsin/contracts';
import type { Principal } from '@tocsin/access';

/** What every aggregate's state has: an id, and the version that grows by one with each change. */
export interface Versioned {
  readonly id: string;
  readonly version: number;
}

/** How a service keeps one kind of aggregate. `find` may be null; `get` throws NOT_FOUND. */
export interface Store<State extends Versioned> {
  /** The aggregate's name as in its events' contracts: `incident`. */
  readonly aggregate: string;
  find(id: string): Promise<State | null>;
  get(id: string): Promise<State>;
  /** Version 1 is inserted; a later one replaces its predecessor, else CONCURRENT_CHANGE. */
  save(state: State): Promise<void>;
}

/** One unit of work: who does it, when, and the only way to write. */
export interface Transaction {
  readonly by: Principal;
  /** The database's clock at the start of the transaction. */
  readonly now: Date;
  /** For the store's queries: repositories, and TypeORM's sql`` tag. */
  readonly manager: EntityManager;
  /**
   * Saves the state, records the decisions, appends the audit row and puts the events in the outbox, all in this
   * transaction (H-4). Returns the state. Errors: CONCURRENT_CHANGE.
   */
  commit<State extends Versioned>(store: (tx: Transaction) => Store<State>, change: AnyChange<State>): Promise<State>;
}

export type { Store, Transaction, Versioned } from './transaction.ts';
export { connect, type Database, type DatabaseOptions } from './database.ts';
export * as outbox from './outbox.ts';
export type { OutboxLag, OutboxRow, ShardLease } from './outbox.ts';
export * as inbox from './inbox.ts';
export type { AggregateKey, InboxMessage } from './inbox.ts';
export * as haltedKeys from './halted-keys.ts';
export type { HaltedKey, ParkedRecord } from './halted-keys.ts';

import type { Part } from '@tocsin/runtime';

/** A record to be appended. The same key always goes to the same partition, in the order of sending. */
export interface OutgoingRecord {
  readonly topic: string;
  readonly key: string;
  readonly value: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** A record as it was found. Nothing about it is trusted yet. */
export interface IncomingRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string | null;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** What became of a slice: `done` moves the offset on; `transient` (a dependency is down) brings the slice again later. */
export type SliceOutcome = 'done' | 'transient';

export interface SubscriptionOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Where a group without a committed offset begins. */
  readonly from: 'beginning' | 'now';
  /** Most records that `onSlice` gets at once; they are of one partition, in its order. */
  readonly sliceSize: number;
  readonly onSlice: (records: readonly IncomingRecord[]) => Promise<SliceOutcome>;
  /** Continuity is not certain: records may have been left out. `fatal`: the subscription has ended for good. */
  readonly onTrouble: (reason: string, fatal: boolean) => void;
}

/** A subscription lives between `start`, which returns once it reads, and `stop`. */
export type Subscription = Part;

/** The log that carries events between services; kafkajs stays behind this interface. */
export interface EventBus extends Part {
  /**
   * Appends all records and returns when every one is acknowledged by all in-sync replicas. If it throws, any part of
   * them may have been appended.
   *
   * @throws RecordRefused if the broker works but does not take these records.
   */
  send(records: readonly OutgoingRecord[]): Promise<void>;
  subscribe(options: SubscriptionOptions): Subscription;
  /**
   * Hands over every record that the topics hold now, from the beginning, in order per partition, and returns. Records of
   * different partitions may come at the same time. For tools.
   *
   * @throws Error if a topic is not there or the broker does not answer; what `onRecords` throws.
   */
  readAll(topics: readonly string[], onRecords: (records: readonly IncomingRecord[]) => Promise<void>): Promise<void>;
  /** Creates the topics that are missing; for the tools and tests, services never do it. */
  createTopics(topics: readonly string[], partitions: number): Promise<void>;
}

/** The broker is well and refuses the records themselves (too large, malformed): sending them again cannot help. */
export class RecordRefused extends Error {
  override readonly name = 'RecordRefused';
}

import { servicePrincipal } from '@tocsin/access';
import { events, typesRead, type AnyEvent, type Handlers, type ServiceName } from '@tocsin/contracts';
import { eventLog, inTransaction, projection, read, type Database, type Transaction } from '@tocsin/database';
import type { Logger } from '@tocsin/runtime';
import { readRecord, type ConsumerCore } from './consumer-definition.ts';
import { toRecord } from './envelope.ts';
import { createSignatureCheck, type EventKeys } from './signature.ts';

const pageSize = 500;

/** Our copies of foreign facts: the tables that hold them, and the handlers that do nothing but write them. */
export interface Facts<S extends ServiceName> {
  readonly tables: readonly projection.Table[];
  readonly handlers: Partial<Handlers<S, Transaction>>;
}

export interface RebuildOptions<S extends ServiceName> {
  readonly db: Database;
  readonly service: S;
  readonly facts: Facts<S>;
  /** The databases of the services whose events are facts here; their logs are read. */
  readonly sources: Readonly<Partial<Record<ServiceName, Database>>>;
  readonly eventKeys: EventKeys;
  readonly log: Logger;
  /** Only tell what would change. */
  readonly dryRun: boolean;
}

/** What a rebuild found. */
export interface Rebuilt {
  /** Events that were applied. */
  readonly events: number;
  readonly tables: readonly {
    readonly table: string;
    readonly before: number;
    readonly after: number;
    /** Rows that were there and are no more as they were. */
    readonly removed: number;
    /** Rows that are new, or other than before. */
    readonly added: number;
  }[];
}

/** Undoes a dry run. */
class DryRun extends Error {
  readonly found: Rebuilt;

  constructor(found: Rebuilt) {
    super('a dry run changes nothing');
    this.found = found;
  }
}

/**
 * Makes a service's copies of foreign facts anew from the logs of their owners, in one transaction beside the running
 * service: readers see the old copies until the end, and its consumer waits. Facts of different owners are independent
 * (topics have no order between them), so the logs are read one after the other.
 *
 * @throws Error if a log is not given; UnreadableRecord if an event in a log is not its owner's (S-50); nothing has
 *   changed then. DomainError UNAVAILABLE.
 */
export async function rebuildProjection<S extends ServiceName>(options: RebuildOptions<S>): Promise<Rebuilt> {
  const { db, service, dryRun } = options;
  const work = async (tx: Transaction): Promise<Rebuilt> => {
    const found = await rebuild(tx, options);
    if (dryRun) throw new DryRun(found);
    return found;
  };
  try {
    return await inTransaction(db, { by: servicePrincipal(service), action: 'rebuildProjection' }, work);
  } catch (error) {
    if (error instanceof DryRun) return error.found;
    throw error;
  }
}

async function rebuild<S extends ServiceName>(tx: Transaction, options: RebuildOptions<S>): Promise<Rebuilt> {
  const { tables } = options.facts;
  await projection.lockTables(tx, tables);
  const before = await digests(tx, tables);
  for (const table of tables) await projection.emptyTable(tx, table);
  const applied = await applyLogs(tx, options);
  const after = await digests(tx, tables);
  return {
    events: applied,
    tables: tables.map((table, index) => {
      const [old = [], present = []] = [before[index], after[index]];
      return {
        table: projection.nameOf(tx, table),
        before: old.length,
        after: present.length,
        removed: missingFrom(present, old),
        added: missingFrom(old, present),
      };
    }),
  };
}

async function digests(tx: Transaction, tables: readonly projection.Table[]): Promise<(readonly string[])[]> {
  const all: (readonly string[])[] = [];
  for (const table of tables) all.push(await projection.digestsOf(tx, table));
  return all;
}

const missingFrom = (there: readonly string[], wanted: readonly string[]): number => {
  const known = new Set(there);
  return wanted.filter((digest) => !known.has(digest)).length;
};

async function applyLogs<S extends ServiceName>(tx: Transaction, options: RebuildOptions<S>): Promise<number> {
  const { service, sources, facts } = options;
  const heard = events.filter((event: AnyEvent) => event.name in facts.handlers);
  let applied = 0;
  for (const producer of new Set(heard.map((event) => event.producer))) {
    const source = sources[producer];
    if (source === undefined) throw new Error(`The log of ${producer} is needed to rebuild the facts of ${service}.`);
    const types = heard.filter((event) => event.producer === producer).flatMap(typesRead);
    applied += await read(source, servicePrincipal(service), (log) => applyLog(tx, log, types, options));
  }
  return applied;
}

async function applyLog<S extends ServiceName>(
  tx: Transaction,
  log: Transaction,
  types: readonly string[],
  { facts, eventKeys, log: logger }: RebuildOptions<S>,
): Promise<number> {
  const handlers = facts.handlers as Readonly<Record<string, ReturnType<ConsumerCore['handlerOf']>>>;
  const core = {
    isSigned: createSignatureCheck(eventKeys),
    handlerOf: (event: AnyEvent | undefined) => (event === undefined ? undefined : handlers[event.name]),
  };
  let applied = 0;
  for await (const page of eventLog.committed(log, types, pageSize)) {
    for (const row of page) {
      const record = { ...toRecord(row), partition: 0, offset: row.position.toString(), value: Buffer.from(row.data) };
      await readRecord(core, record).apply?.(tx);
    }
    applied += page.length;
    logger.info({ applied }, 'facts are being rebuilt');
  }
  return applied;
}

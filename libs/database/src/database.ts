import { DataSource, type EntitySchema } from 'typeorm';
import type { SigningKey } from '@tocsin/access';
import type { ServiceName } from '@tocsin/contracts';
import type { Logger, Part } from '@tocsin/runtime';
import { asRefusal } from './outage.ts';

export interface DatabaseOptions {
  /** Of the role `<service>_app`. */
  readonly url: string;
  readonly service: ServiceName;
  readonly tables: readonly EntitySchema[];
  readonly log: Logger;
  /** Signs the events (S-50). A service that announces events needs it; one without it cannot announce any. */
  readonly signingKey?: SigningKey;
  /** Connections, at most; 10 if not given. */
  readonly poolSize?: number;
}

/** A part around a TypeORM data source that is bound to the service's own schema. */
export interface Database extends Part {
  readonly service: ServiceName;
  readonly source: DataSource;
  readonly log: Logger;
  readonly signingKey: SigningKey | undefined;
  /** The listener is called, in this process, after each commit that announced something. */
  onAnnounced(listener: () => void): void;
  /** Calls the listeners; for `inTransaction`. */
  announced(): void;
}

const connectionTimeoutMs = 3_000;
/** Longer than the role's statement_timeout (15 s): only a stopped backend reaches it (`eventing.md` section 11). */
const queryTimeoutMs = 20_000;

/** Makes the part; the connection is opened by `start()`. Errors of `start`: UNAVAILABLE. */
export function connect({ url, service, tables, log, signingKey, poolSize = 10 }: DatabaseOptions): Database {
  const listeners: (() => void)[] = [];
  const source = new DataSource({
    type: 'postgres',
    url,
    schema: service,
    entities: [...tables],
    synchronize: false,
    installExtensions: false,
    logging: false,
    applicationName: `tocsin-${service}`,
    poolSize,
    connectTimeoutMS: connectionTimeoutMs,
    poolErrorHandler: (error: unknown) => log.warn({ err: error }, 'an idle database connection was lost'),
    extra: { query_timeout: queryTimeoutMs, keepAlive: true },
  });
  return {
    name: 'database',
    service,
    source,
    log,
    signingKey,
    start: async () => {
      await source.initialize().catch((error: unknown) => Promise.reject(asRefusal(error) as Error));
    },
    stop: async () => {
      if (source.isInitialized) await source.destroy();
    },
    ready: () => isReachable(source),
    onAnnounced: (listener) => {
      listeners.push(listener);
    },
    announced: () => {
      for (const listener of listeners) listener();
    },
  };
}

async function isReachable(source: DataSource): Promise<boolean> {
  if (!source.isInitialized) return false;
  try {
    await source.query('select 1');
    return true;
  } catch {
    return false;
  }
}

/**
 * One statement in a transaction of its own, outside any use case: leases, counters, questions of the machinery.
 * Errors: UNAVAILABLE.
 */
export async function query<Row>(db: Database, sql: string, parameters: unknown[] = []): Promise<Row[]> {
  try {
    // TypeORM answers a DELETE or UPDATE with [rows, count]; a `with … select` avoids the difference.
    return await db.source.query<Row[]>(sql, parameters);
  } catch (error) {
    throw asRefusal(error);
  }
}

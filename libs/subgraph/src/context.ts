import type { Principal } from '@tocsin/access';
import {
  command,
  read,
  readPrivileged,
  type Admission,
  type Database,
  type JsonObject,
  type Transaction,
} from '@tocsin/database';

/** Reads in a read-only transaction, with the caller's rights. */
export type Read = <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;

/** What every resolver is handed: who asks, and the two ways to the database. */
export interface RequestContext<L> {
  readonly by: Principal;
  readonly read: Read;
  /**
   * Runs a command once for each (principal, idempotencyKey); the result is small and made of ids, so that a repeat can
   * be answered from it. Errors: IDEMPOTENCY_KEY_REUSED, and the command's own.
   */
  readonly command: <R extends JsonObject>(
    name: string,
    input: { readonly idempotencyKey: string },
    work: (tx: Transaction) => Promise<R>,
  ) => Promise<R>;
  /** A read that is recorded before it is answered or refused (S-39). Errors: the admission's refusal, and `work`'s. */
  readonly readPrivileged: <T>(
    name: string,
    admit: (tx: Transaction) => Promise<Admission>,
    work: (tx: Transaction) => Promise<T>,
  ) => Promise<T>;
  /** The request's own loaders. */
  readonly load: L;
}

export function createContext<L>(db: Database, by: Principal, loaders: (read: Read) => L): RequestContext<L> {
  const readAsCaller: Read = (work) => read(db, by, work);
  return {
    by,
    read: readAsCaller,
    command: (name, input, work) => command(db, { by, name, input }, work),
    readPrivileged: (name, admit, work) => readPrivileged(db, { by, action: name }, admit, work),
    load: loaders(readAsCaller),
  };
}

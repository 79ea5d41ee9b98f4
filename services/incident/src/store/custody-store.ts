import { In } from 'typeorm';
import type { Store, Transaction } from '@tocsin/database';
import { NotFound } from '@tocsin/errors';
import type { CustodyEntry } from '../domain/custody.ts';
import { evidenceCustodyTable } from './evidence-custody-table.ts';
import { isUuid } from './uuid.ts';

interface CustodyStore extends Store<CustodyEntry> {
  /** The last entry of a chain; until the commit nobody else can add one, so that the chain neither forks nor waits twice. */
  findLast(evidenceId: string): Promise<CustodyEntry | null>;
  /** The whole chains, each in order. */
  list(evidenceIds: readonly string[]): Promise<CustodyEntry[]>;
}

/** The chains of custody. An entry is the version of its evidence, and is only ever inserted. */
export function custodyStore(tx: Transaction): CustodyStore {
  const rows = tx.manager.getRepository(evidenceCustodyTable);
  const find = (id: string): Promise<CustodyEntry | null> =>
    isUuid(id) ? rows.findOne({ where: { id }, order: { version: 'DESC' } }) : Promise.resolve(null);
  return {
    aggregate: 'evidence',
    find,
    get: async (id) => {
      const last = await find(id);
      if (last === null) throw NotFound();
      return last;
    },
    save: async (entry) => {
      await rows.insert(entry);
    },
    findLast: async (spelt) => {
      // One lock for one id, however it is spelt.
      const id = spelt.toLowerCase();
      await tx.manager.sql`/* custody.lock */ select pg_advisory_xact_lock(hashtextextended(${`evidence ${id}`}, 0))`;
      return find(id);
    },
    list: (ids) => rows.find({ where: { id: In([...ids]) }, order: { id: 'ASC', version: 'ASC' } }),
  };
}

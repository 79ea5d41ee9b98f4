import { In } from 'typeorm';
import type { Store, Transaction, Versioned } from '@tocsin/database';
import { NotFound } from '@tocsin/errors';
import { evidenceFileTable, type EvidenceFile } from './evidence-file-table.ts';

/** Stored once and never again: its version is 1. */
export interface KeptFile extends EvidenceFile, Versioned {}

interface EvidenceFileStore extends Store<KeptFile> {
  list(evidenceIds: readonly string[]): Promise<EvidenceFile[]>;
}

/** Where the bytes of evidence are. */
export function evidenceFileStore(tx: Transaction): EvidenceFileStore {
  const rows = tx.manager.getRepository(evidenceFileTable);
  const find = async (id: string): Promise<KeptFile | null> => {
    const row = await rows.findOneBy({ evidenceId: id });
    return row && { ...row, id, version: 1 };
  };
  return {
    aggregate: 'evidenceFile',
    find,
    get: async (id) => {
      const file = await find(id);
      if (file === null) throw NotFound();
      return file;
    },
    // Of two uploads at once both have the recorded digest: they are the same.
    save: async ({ id: _, version: _version, ...row }) => {
      await rows.createQueryBuilder().insert().values(row).orIgnore().execute();
    },
    list: (ids) => rows.findBy({ evidenceId: In([...ids]) }),
  };
}

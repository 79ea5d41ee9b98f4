import { EntitySchema } from 'typeorm';

/** The bytes of a piece of evidence, as they were stored. */
export interface EvidenceFile {
  readonly evidenceId: string;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: number;
  /** Where the evidence storage has them. */
  readonly storageKey: string;
  readonly storedAt: Date;
  readonly storedBy: string;
}

export const evidenceFileTable = new EntitySchema<EvidenceFile>({
  name: 'evidence_file',
  tableName: 'evidence_file',
  columns: {
    evidenceId: { name: 'evidence_id', type: 'uuid', primary: true, primaryKeyConstraintName: 'evidence_file_pkey' },
    sha256: { type: 'text' },
    // The driver gives a bigint as text; a size is well below 2^53.
    bytes: { type: 'bigint', transformer: { to: (bytes: number) => bytes, from: Number } },
    storageKey: { name: 'storage_key', type: 'text' },
    storedAt: { name: 'stored_at', type: 'timestamptz' },
    storedBy: { name: 'stored_by', type: 'text' },
  },
});

import { EntitySchema } from 'typeorm';

/** A ticket of the files port, and what became of it: the ledger of what went through (S-48). */
export interface FileTicketRow {
  readonly id: string;
  /** What it opens is of this incident. */
  readonly incidentId: string;
  readonly principalId: string;
  readonly method: string;
  readonly path: string;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
  readonly endedAt: Date | null;
  /** BROKEN: not everything went through. */
  readonly outcome: 'COMPLETE' | 'BROKEN' | null;
}

export const fileTicketTable = new EntitySchema<FileTicketRow>({
  name: 'file_ticket',
  tableName: 'file_ticket',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'file_ticket_pkey' },
    incidentId: { name: 'incident_id', type: 'uuid' },
    principalId: { name: 'principal_id', type: 'text' },
    method: { type: 'text' },
    path: { type: 'text' },
    expiresAt: { name: 'expires_at', type: 'timestamptz' },
    usedAt: { name: 'used_at', type: 'timestamptz', nullable: true },
    endedAt: { name: 'ended_at', type: 'timestamptz', nullable: true },
    outcome: { type: 'text', nullable: true },
  },
  indices: [
    { name: 'file_ticket_path_idx', columns: ['path'] },
    { name: 'file_ticket_incident_idx', columns: ['incidentId'] },
  ],
  checks: [{ name: 'file_ticket_outcome_check', expression: '(ended_at is null) = (outcome is null)' }],
});

import { EntitySchema } from 'typeorm';
import type { Transfer } from '../domain/transfer.ts';

export const transferTable = new EntitySchema<Transfer>({
  name: 'data_transfer_approval',
  tableName: 'data_transfer_approval',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'data_transfer_approval_pkey' },
    version: { type: 'integer' },
    incidentId: { name: 'incident_id', type: 'uuid' },
    exerciseId: { name: 'exercise_id', type: 'uuid', nullable: true },
    ticketId: { name: 'ticket_id', type: 'text' },
    items: { type: 'jsonb' },
    destination: { type: 'text' },
    purpose: { type: 'text' },
    state: { type: 'text' },
    requestedBy: { name: 'requested_by', type: 'text' },
    approvedBy: { name: 'approved_by', type: 'text', nullable: true },
    approvedAt: { name: 'approved_at', type: 'timestamptz', nullable: true },
    approvalText: { name: 'approval_text', type: 'text', nullable: true },
    executedBy: { name: 'executed_by', type: 'text', nullable: true },
    expiresAt: { name: 'expires_at', type: 'timestamptz' },
  },
  indices: [
    { name: 'data_transfer_approval_incident_idx', columns: ['incidentId'] },
    {
      name: 'data_transfer_approval_waiting_idx',
      columns: ['expiresAt'],
      where: `state in ('REQUESTED', 'APPROVED')`,
    },
  ],
  checks: [
    { name: 'data_transfer_approval_two_people_check', expression: 'approved_by <> requested_by' },
    {
      name: 'data_transfer_approval_written_check',
      expression: `state not in ('APPROVED', 'EXECUTED')
        or (approved_by is not null and approved_at is not null and approval_text is not null)`,
    },
    {
      name: 'data_transfer_approval_term_check',
      expression: `expires_at <= approved_at + interval '24 hours'`,
    },
    { name: 'data_transfer_approval_executed_check', expression: `(state = 'EXECUTED') = (executed_by is not null)` },
  ],
});

import { EntitySchema } from 'typeorm';
import type { Suppression } from '../domain/suppression.ts';

export const suppressionTable = new EntitySchema<Suppression>({
  name: 'suppression',
  tableName: 'suppression',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'suppression_pk' },
    version: { type: 'int' },
    detectorId: { name: 'detector_id', type: 'uuid' },
    filter: { type: 'text' },
    rootCause: { name: 'root_cause', type: 'text' },
    state: { type: 'text' },
    owner: { type: 'text', nullable: true },
    expiresAt: { name: 'expires_at', type: 'timestamptz', nullable: true },
    taskId: { name: 'task_id', type: 'uuid', nullable: true },
    replay: { type: 'jsonb', nullable: true },
    proposedBy: { name: 'proposed_by', type: 'text' },
    proposedAt: { name: 'proposed_at', type: 'timestamptz' },
    activatedBy: { name: 'activated_by', type: 'text', nullable: true },
  },
  indices: [
    { name: 'suppression_proposed', columns: ['proposedAt', 'id'] },
    { name: 'suppression_active', columns: ['detectorId', 'expiresAt'], where: `state = 'ACTIVE'` },
  ],
  foreignKeys: [
    { name: 'suppression_detector_fk', target: 'detector', columnNames: ['detectorId'], referencedColumnNames: ['id'] },
    { name: 'suppression_task_fk', target: 'tuning_task', columnNames: ['taskId'], referencedColumnNames: ['id'] },
  ],
  checks: [
    {
      name: 'suppression_state',
      expression: `state in ('PROPOSED', 'ACTIVE', 'REJECTED', 'EXPIRED', 'REVOKED')`,
    },
    { name: 'suppression_two_people', expression: 'activated_by <> proposed_by' },
    {
      name: 'suppression_whole',
      expression: `state not in ('ACTIVE', 'EXPIRED', 'REVOKED')
    or (owner is not null and expires_at is not null and replay is not null and activated_by is not null)`,
    },
  ],
});

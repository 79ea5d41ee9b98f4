import { EntitySchema } from 'typeorm';
import type { TuningFinding, TuningTask } from '../domain/tuning.ts';

export const tuningTaskTable = new EntitySchema<TuningTask>({
  name: 'tuning_task',
  tableName: 'tuning_task',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'tuning_task_pk' },
    version: { type: 'int' },
    detectorId: { name: 'detector_id', type: 'uuid' },
    rootCause: { name: 'root_cause', type: 'text' },
    state: { type: 'text' },
    findingCount: { name: 'finding_count', type: 'int' },
    owner: { type: 'text', nullable: true },
    dueAt: { name: 'due_at', type: 'timestamptz', nullable: true },
    openedAt: { name: 'opened_at', type: 'timestamptz' },
  },
  indices: [
    { name: 'tuning_task_opened', columns: ['openedAt', 'id'] },
    {
      name: 'tuning_task_unfinished_once',
      columns: ['detectorId', 'rootCause'],
      unique: true,
      where: `state in ('OPEN', 'IN_PROGRESS')`,
    },
  ],
  foreignKeys: [
    {
      name: 'tuning_task_detector_fk',
      target: 'detector',
      columnNames: ['detectorId'],
      referencedColumnNames: ['id'],
    },
  ],
  checks: [
    { name: 'tuning_task_state', expression: `state in ('OPEN', 'IN_PROGRESS', 'DONE', 'DECLINED')` },
    { name: 'tuning_task_owned', expression: `(state = 'OPEN') = (owner is null)` },
  ],
});

export const tuningFindingTable = new EntitySchema<TuningFinding>({
  name: 'tuning_finding',
  tableName: 'tuning_finding',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'tuning_finding_pk' },
    taskId: { name: 'task_id', type: 'uuid' },
    detectorId: { name: 'detector_id', type: 'uuid' },
    detectionId: { name: 'detection_id', type: 'uuid', nullable: true },
    incidentId: { name: 'incident_id', type: 'uuid', nullable: true },
    foundAt: { name: 'found_at', type: 'timestamptz' },
  },
  indices: [
    { name: 'tuning_finding_task', columns: ['taskId', 'foundAt', 'id'] },
    { name: 'tuning_finding_detection', columns: ['detectionId', 'taskId'], unique: true },
    {
      name: 'tuning_finding_incident_once',
      columns: ['incidentId', 'detectorId'],
      unique: true,
      where: 'incident_id is not null',
    },
  ],
  foreignKeys: [
    { name: 'tuning_finding_task_fk', target: 'tuning_task', columnNames: ['taskId'], referencedColumnNames: ['id'] },
  ],
  checks: [{ name: 'tuning_finding_of_one', expression: 'num_nonnulls(detection_id, incident_id) = 1' }],
});

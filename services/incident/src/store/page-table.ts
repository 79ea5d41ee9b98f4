import { EntitySchema } from 'typeorm';
import type { Page } from '../domain/page.ts';

export const pageTable = new EntitySchema<Page>({
  name: 'page',
  tableName: 'page',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'page_pkey' },
    version: { type: 'integer' },
    number: { type: 'integer' },
    kind: { type: 'text' },
    subjectId: { name: 'subject_id', type: 'uuid' },
    incidentId: { name: 'incident_id', type: 'uuid', nullable: true },
    exerciseId: { name: 'exercise_id', type: 'uuid', nullable: true },
    state: { type: 'text' },
    round: { type: 'integer' },
    step: { type: 'integer' },
    openedAt: { name: 'opened_at', type: 'timestamptz' },
    nextStepAt: { name: 'next_step_at', type: 'timestamptz', nullable: true },
    acknowledgedAt: { name: 'acknowledged_at', type: 'timestamptz', nullable: true },
    acknowledgedBy: { name: 'acknowledged_by', type: 'text', nullable: true },
  },
  uniques: [
    { name: 'page_number_key', columns: ['number'] },
    { name: 'page_subject_key', columns: ['kind', 'subjectId'] },
  ],
  checks: [
    {
      name: 'page_acknowledged_check',
      expression: `(state = 'ACKNOWLEDGED') = (acknowledged_at is not null and acknowledged_by is not null)`,
    },
    { name: 'page_next_step_check', expression: `(state in ('OPEN', 'UNREACHABLE')) = (next_step_at is not null)` },
  ],
  indices: [
    { name: 'page_incident', columns: ['incidentId'] },
    { name: 'page_due', columns: ['nextStepAt'], where: 'next_step_at is not null' },
  ],
});

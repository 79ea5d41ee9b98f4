import { EntitySchema } from 'typeorm';
import type { Exercise, RedAction } from '../domain/exercise.ts';
import type { Stored } from './incident-table.ts';

export const exerciseTable = new EntitySchema<Exercise>({
  name: 'exercise',
  tableName: 'exercise',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'exercise_pkey' },
    version: { type: 'integer' },
    title: { type: 'text' },
    state: { type: 'text' },
    rulesOfEngagement: { name: 'rules_of_engagement', type: 'jsonb' },
    plannedBy: { name: 'planned_by', type: 'text' },
    redLead: { name: 'red_lead', type: 'text' },
    blueLead: { name: 'blue_lead', type: 'text' },
    startsAt: { name: 'starts_at', type: 'timestamptz' },
    endsAt: { name: 'ends_at', type: 'timestamptz' },
    redActions: {
      name: 'red_actions',
      type: 'jsonb',
      transformer: {
        to: (actions: readonly RedAction[]) => actions,
        from: (stored: readonly Stored<RedAction>[]) =>
          stored.map(({ text, occurredAt, recordedAt }) => ({
            text,
            occurredAt: new Date(occurredAt),
            recordedAt: new Date(recordedAt),
          })),
      },
    },
  },
  indices: [{ name: 'exercise_starts_idx', columns: ['startsAt', 'id'] }],
  checks: [
    { name: 'exercise_time_check', expression: 'starts_at < ends_at' },
    { name: 'exercise_two_leads_check', expression: 'red_lead <> blue_lead' },
    {
      name: 'exercise_rules_check',
      expression: `state = 'PLANNED' or rules_of_engagement ->> 'approvedBy' is not null`,
    },
  ],
});

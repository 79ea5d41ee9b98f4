import { EntitySchema } from 'typeorm';
import type { TimelineEntry } from '../domain/timeline.ts';

export const timelineEntryTable = new EntitySchema<TimelineEntry>({
  name: 'timeline_entry',
  tableName: 'timeline_entry',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'timeline_entry_pkey' },
    incidentId: { name: 'incident_id', type: 'uuid' },
    kind: { type: 'text' },
    text: { type: 'text' },
    refs: { type: 'text', array: true },
    occurredAt: { name: 'occurred_at', type: 'timestamptz', precision: 3 },
    recordedAt: { name: 'recorded_at', type: 'timestamptz', precision: 3 },
    recordedBy: { name: 'recorded_by', type: 'text' },
    corrects: { type: 'uuid', nullable: true },
    reason: { type: 'text', nullable: true },
  },
  uniques: [{ name: 'timeline_entry_corrects_key', columns: ['corrects'] }],
  indices: [{ name: 'timeline_entry_incident_idx', columns: ['incidentId', 'occurredAt', 'id'] }],
  checks: [
    { name: 'timeline_entry_reason_check', expression: `(corrects is null) = (reason is null)` },
    { name: 'timeline_entry_time_check', expression: `occurred_at <= recorded_at` },
  ],
});

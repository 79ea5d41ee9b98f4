import { EntitySchema } from 'typeorm';
import type { Hold } from '../domain/hold.ts';

export const HoldTable = new EntitySchema<Hold>({
  name: 'hold',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'hold_pk' },
    version: { type: 'int' },
    incidentId: { name: 'incident_id', type: 'uuid' },
    ground: { type: 'text' },
    state: { type: 'text' },
    obligationIds: { name: 'obligation_ids', type: 'uuid', array: true },
    rationale: { type: 'text' },
    affectedOthers: { name: 'affected_others', type: 'text', nullable: true },
    placedBy: { name: 'placed_by', type: 'text' },
    placedAt: { name: 'placed_at', type: 'timestamptz' },
    approvals: { type: 'jsonb' },
    startedAt: { name: 'started_at', type: 'timestamptz', nullable: true },
    reviewAt: { name: 'review_at', type: 'timestamptz' },
    releasedAt: { name: 'released_at', type: 'timestamptz', nullable: true },
  },
  indices: [{ name: 'hold_incident', columns: ['incidentId', 'placedAt'] }],
  checks: [
    { name: 'hold_started', expression: `state not in ('ACTIVE', 'RELEASED') or started_at is not null` },
    { name: 'hold_released', expression: `(state = 'RELEASED') = (released_at is not null)` },
  ],
});

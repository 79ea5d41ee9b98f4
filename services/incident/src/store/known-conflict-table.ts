import { EntitySchema } from 'typeorm';
import type { ConflictKind } from '@tocsin/contracts';

/** Decisions that contradict each other, as classification announced it. */
export interface KnownConflict {
  readonly id: string;
  readonly incidentId: string;
  readonly kind: ConflictKind;
  readonly openedAt: Date;
  readonly open: boolean;
}

export const knownConflictTable = new EntitySchema<KnownConflict>({
  name: 'known_conflict',
  tableName: 'known_conflict',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'known_conflict_pkey' },
    incidentId: { name: 'incident_id', type: 'uuid' },
    kind: { type: 'text' },
    openedAt: { name: 'opened_at', type: 'timestamptz' },
    open: { type: 'boolean' },
  },
  indices: [{ name: 'known_conflict_incident', columns: ['incidentId'] }],
});

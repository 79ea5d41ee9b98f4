import { EntitySchema } from 'typeorm';
import type { HoldState } from '@tocsin/contracts';

/** A hold of notices, as notification announced it. */
export interface KnownHold {
  readonly id: string;
  readonly incidentId: string;
  readonly state: HoldState;
  /** By when somebody must look again whether it is still needed. */
  readonly reviewAt: Date;
}

export const knownHoldTable = new EntitySchema<KnownHold>({
  name: 'known_hold',
  tableName: 'known_hold',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'known_hold_pkey' },
    incidentId: { name: 'incident_id', type: 'uuid' },
    state: { type: 'text' },
    reviewAt: { name: 'review_at', type: 'timestamptz' },
  },
  indices: [
    { name: 'known_hold_incident', columns: ['incidentId'] },
    { name: 'known_hold_review', columns: ['reviewAt'], where: `state = 'ACTIVE'` },
  ],
});

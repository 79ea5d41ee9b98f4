import { EntitySchema } from 'typeorm';
import type { HoldState } from '@tocsin/contracts';

/** A hold of notices, as HoldChanged told it. */
export interface KnownHold {
  readonly id: string;
  readonly incidentId: string;
  readonly state: HoldState;
}

export const KnownHoldTable = new EntitySchema<KnownHold>({
  name: 'known_hold',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'known_hold_pk' },
    incidentId: { name: 'incident_id', type: 'uuid' },
    state: { type: 'text' },
  },
  indices: [{ name: 'known_hold_incident', columns: ['incidentId'] }],
});

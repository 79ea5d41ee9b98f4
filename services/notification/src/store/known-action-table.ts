import { EntitySchema } from 'typeorm';
import type { KnownAction } from '../domain/measures.ts';

/** The actions of incidents, as ActionChanged told them. */
export const KnownActionTable = new EntitySchema<KnownAction>({
  name: 'known_action',
  columns: {
    incidentId: { name: 'incident_id', type: 'uuid', primary: true, primaryKeyConstraintName: 'known_action_pk' },
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'known_action_pk' },
    kind: { type: 'text' },
    state: { type: 'text' },
  },
});

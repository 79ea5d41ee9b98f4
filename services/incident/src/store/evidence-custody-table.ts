import { EntitySchema } from 'typeorm';
import type { CustodyEntry } from '../domain/custody.ts';

export const evidenceCustodyTable = new EntitySchema<CustodyEntry>({
  name: 'evidence_custody',
  tableName: 'evidence_custody',
  columns: {
    id: { name: 'evidence_id', type: 'uuid', primary: true, primaryKeyConstraintName: 'evidence_custody_pkey' },
    version: { name: 'n', type: 'integer', primary: true, primaryKeyConstraintName: 'evidence_custody_pkey' },
    incidentId: { name: 'incident_id', type: 'uuid' },
    act: { type: 'text' },
    actorId: { name: 'actor_id', type: 'text' },
    at: { type: 'timestamptz' },
    reason: { type: 'text' },
  },
  indices: [{ name: 'evidence_custody_incident_idx', columns: ['incidentId'], where: 'n = 1' }],
  checks: [{ name: 'evidence_custody_first_check', expression: `(n = 1) = (act = 'COLLECTED')` }],
});

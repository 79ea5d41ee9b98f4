import { EntitySchema } from 'typeorm';
import type { Environment, StaffRole } from '@tocsin/contracts';

export interface IncidentMemberRow {
  readonly incidentId: string;
  readonly principalId: string;
  readonly role: StaffRole;
  readonly environments: readonly Environment[];
  readonly until: Date | null;
}

export const incidentMemberTable = new EntitySchema<IncidentMemberRow>({
  name: 'incident_member',
  tableName: 'incident_member',
  columns: {
    incidentId: {
      name: 'incident_id',
      type: 'uuid',
      primary: true,
      primaryKeyConstraintName: 'incident_member_pkey',
    },
    principalId: {
      name: 'principal_id',
      type: 'text',
      primary: true,
      primaryKeyConstraintName: 'incident_member_pkey',
    },
    role: { type: 'text', primary: true, primaryKeyConstraintName: 'incident_member_pkey' },
    environments: { type: 'text', array: true },
    until: { type: 'timestamptz', nullable: true },
  },
  indices: [{ name: 'incident_member_principal_idx', columns: ['principalId', 'incidentId'] }],
});

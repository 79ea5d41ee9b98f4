import { EntitySchema } from 'typeorm';
import type { StaffMember } from '../domain/staff.ts';

export type StaffMemberRow = StaffMember;

export const staffMemberTable = new EntitySchema<StaffMemberRow>({
  name: 'staff_member',
  tableName: 'staff_member',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'staff_member_pkey' },
    version: { type: 'integer' },
    principalId: { name: 'principal_id', type: 'text' },
    name: { type: 'text' },
    roles: { type: 'jsonb' },
    environments: { type: 'text', array: true },
    onCall: { name: 'on_call', type: 'boolean' },
  },
  uniques: [{ name: 'staff_member_principal_key', columns: ['principalId'] }],
});

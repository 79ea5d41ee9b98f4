import { EntitySchema } from 'typeorm';
import type { AuditGrant } from '../domain/audit-grant.ts';

export const auditGrantTable = new EntitySchema<AuditGrant>({
  name: 'audit_grant',
  tableName: 'audit_grant',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'audit_grant_pkey' },
    version: { type: 'integer' },
    incidentId: { name: 'incident_id', type: 'uuid' },
    auditorId: { name: 'auditor_id', type: 'text' },
    until: { type: 'timestamptz' },
    grantedBy: { name: 'granted_by', type: 'text' },
    grantedAt: { name: 'granted_at', type: 'timestamptz' },
    revokedBy: { name: 'revoked_by', type: 'text', nullable: true },
    revokedAt: { name: 'revoked_at', type: 'timestamptz', nullable: true },
  },
  indices: [{ name: 'audit_grant_incident_idx', columns: ['incidentId', 'grantedAt', 'id'] }],
  checks: [
    { name: 'audit_grant_two_people_check', expression: 'auditor_id <> granted_by' },
    {
      name: 'audit_grant_length_check',
      expression: `until > granted_at and until <= granted_at + interval '720 hours'`,
    },
    { name: 'audit_grant_revoked_check', expression: '(revoked_by is null) = (revoked_at is null)' },
  ],
});

import { EntitySchema } from 'typeorm';
import type { AuditExport } from '../domain/audit-export.ts';

export const auditExportTable = new EntitySchema<AuditExport>({
  name: 'audit_export',
  tableName: 'audit_export',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'audit_export_pkey' },
    version: { type: 'integer' },
    incidentId: { name: 'incident_id', type: 'uuid' },
    requestedBy: { name: 'requested_by', type: 'text' },
    requestedAt: { name: 'requested_at', type: 'timestamptz' },
  },
  indices: [{ name: 'audit_export_incident_idx', columns: ['incidentId'] }],
});

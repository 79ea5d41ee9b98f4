import { EntitySchema } from 'typeorm';
import type { HandOver } from '../domain/hand-over.ts';

export const HandOverTable = new EntitySchema<HandOver>({
  name: 'hand_over',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'hand_over_pk' },
    version: { type: 'int' },
    tenantId: { name: 'tenant_id', type: 'uuid' },
    incidentId: { name: 'incident_id', type: 'uuid', nullable: true },
    detectionId: { name: 'detection_id', type: 'uuid', nullable: true },
    supportRoute: { name: 'support_route', type: 'text', nullable: true },
    tools: { type: 'text', array: true },
    issuedAt: { name: 'issued_at', type: 'timestamptz' },
  },
  // TypeORM cannot say `desc`; the migration does.
  indices: [{ name: 'hand_over_feed', columns: ['tenantId', 'issuedAt', 'id'], synchronize: false }],
  uniques: [
    { name: 'hand_over_incident_once', columns: ['tenantId', 'incidentId'] },
    { name: 'hand_over_detection_once', columns: ['tenantId', 'detectionId'] },
  ],
  checks: [{ name: 'hand_over_of_one', expression: '(incident_id is null) <> (detection_id is null)' }],
});

import { EntitySchema } from 'typeorm';
import type { Detection } from '../domain/detection.ts';

export const detectionTable = new EntitySchema<Detection>({
  name: 'detection',
  tableName: 'detection',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'detection_pk' },
    version: { type: 'int' },
    fingerprint: { type: 'text' },
    detectorId: { name: 'detector_id', type: 'uuid' },
    level: { type: 'text' },
    state: { type: 'text' },
    source: { type: 'text' },
    realm: { type: 'text' },
    tenantId: { name: 'tenant_id', type: 'uuid', nullable: true },
    signalCount: { name: 'signal_count', type: 'int' },
    raisedAt: { name: 'raised_at', type: 'timestamptz' },
    firstSeenAt: { name: 'first_seen_at', type: 'timestamptz' },
    lastSeenAt: { name: 'last_seen_at', type: 'timestamptz' },
    exerciseId: { name: 'exercise_id', type: 'uuid', nullable: true },
    suppressionId: { name: 'suppression_id', type: 'uuid', nullable: true },
    suppressedCount: { name: 'suppressed_count', type: 'int', default: 0 },
    rootCause: { name: 'root_cause', type: 'text', nullable: true },
    relatedDetectionId: { name: 'related_detection_id', type: 'uuid', nullable: true },
  },
  indices: [
    { name: 'detection_raised', columns: ['raisedAt', 'id'] },
    { name: 'detection_fingerprint', columns: ['fingerprint', 'raisedAt'] },
    { name: 'detection_detector', columns: ['detectorId', 'lastSeenAt'] },
    { name: 'detection_suppression', columns: ['suppressionId'] },
    { name: 'detection_open_once', columns: ['fingerprint'], unique: true, where: `state = 'OPEN'` },
  ],
  foreignKeys: [
    {
      name: 'detection_detector_fk',
      target: 'detector',
      columnNames: ['detectorId'],
      referencedColumnNames: ['id'],
    },
    {
      name: 'detection_suppression_fk',
      target: 'suppression',
      columnNames: ['suppressionId'],
      referencedColumnNames: ['id'],
    },
  ],
  checks: [
    { name: 'detection_state', expression: `state in ('OPEN', 'PROMOTED', 'DISMISSED', 'SUPPRESSED')` },
    { name: 'detection_dismissed', expression: `(state = 'DISMISSED') = (root_cause is not null)` },
    { name: 'detection_suppressed', expression: `state <> 'SUPPRESSED' or suppression_id is not null` },
  ],
});

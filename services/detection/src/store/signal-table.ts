import { EntitySchema } from 'typeorm';
import type { Signal } from '../domain/signal.ts';

export const signalTable = new EntitySchema<Signal>({
  name: 'signal',
  tableName: 'signal',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'signal_pk' },
    version: { type: 'int' },
    source: { type: 'text' },
    sourceRef: { name: 'source_ref', type: 'text' },
    contentHash: { name: 'content_hash', type: 'text' },
    reporterId: { name: 'reporter_id', type: 'text' },
    tenantId: { name: 'tenant_id', type: 'uuid', nullable: true },
    observedAt: { name: 'observed_at', type: 'timestamptz' },
    receivedAt: { name: 'received_at', type: 'timestamptz' },
    claimedAt: { name: 'claimed_at', type: 'timestamptz', nullable: true },
    assets: { type: 'jsonb' },
    attributes: { type: 'jsonb' },
    exerciseId: { name: 'exercise_id', type: 'uuid', nullable: true },
    detectionIds: { name: 'detection_ids', type: 'uuid', array: true },
  },
  // GIN, which TypeORM cannot describe.
  indices: [{ name: 'signal_detections', columns: ['detectionIds'], synchronize: false }],
  uniques: [{ name: 'signal_once', columns: ['source', 'sourceRef'] }],
});

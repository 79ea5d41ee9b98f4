import { EntitySchema } from 'typeorm';
import type { KnownDetection } from '../domain/known-facts.ts';

export const knownDetectionTable = new EntitySchema<KnownDetection>({
  name: 'known_detection',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'known_detection_pkey' },
    source: { type: 'text' },
    firstSeenAt: { name: 'first_seen_at', type: 'timestamptz' },
    tenantIds: { name: 'tenant_ids', type: 'uuid', array: true },
  },
});

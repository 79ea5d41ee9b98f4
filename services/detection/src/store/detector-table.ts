import { EntitySchema } from 'typeorm';
import type { Detector } from '../domain/detector.ts';

export const detectorTable = new EntitySchema<Detector>({
  name: 'detector',
  tableName: 'detector',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'detector_pk' },
    version: { type: 'int' },
    name: { type: 'text' },
    kind: { type: 'text' },
    level: { type: 'text' },
    author: { type: 'text' },
    license: { type: 'text', nullable: true },
    rule: { type: 'text', nullable: true },
    enabled: { type: 'boolean' },
  },
  indices: [{ name: 'detector_name', columns: ['name', 'id'] }],
  checks: [{ name: 'detector_kind', expression: `kind in ('SIGMA', 'INTAKE')` }],
});

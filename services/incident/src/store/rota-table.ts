import { EntitySchema } from 'typeorm';
import type { Rota, RotaOverride } from '../domain/rota.ts';
import type { Stored } from './incident-table.ts';

export const rotaTable = new EntitySchema<Rota>({
  name: 'rota',
  tableName: 'rota',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'rota_pkey' },
    version: { type: 'integer' },
    role: { type: 'text' },
    name: { type: 'text' },
    zone: { type: 'text' },
    layers: { type: 'jsonb' },
    retiredAt: { name: 'retired_at', type: 'timestamptz', nullable: true },
    retiredBy: { name: 'retired_by', type: 'text', nullable: true },
    retireReason: { name: 'retire_reason', type: 'text', nullable: true },
    overrides: {
      type: 'jsonb',
      transformer: {
        to: (overrides: readonly RotaOverride[]) => overrides,
        from: (stored: readonly Stored<RotaOverride>[]): RotaOverride[] =>
          stored.map((override) => ({
            ...override,
            from: new Date(override.from),
            to: new Date(override.to),
            recordedAt: new Date(override.recordedAt),
          })),
      },
    },
  },
  indices: [{ name: 'rota_role_key', columns: ['role'], unique: true, where: 'retired_at is null' }],
  checks: [
    {
      name: 'rota_retired_check',
      expression: `(retired_at is null) = (retired_by is null) and (retired_at is null) = (retire_reason is null)`,
    },
  ],
});

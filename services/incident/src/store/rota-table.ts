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
  uniques: [{ name: 'rota_role_key', columns: ['role'] }],
});

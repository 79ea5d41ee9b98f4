import { EntitySchema } from 'typeorm';
import type { RotaGapAlarm } from '../domain/rota-gap-alarm.ts';

export const rotaGapAlarmTable = new EntitySchema<RotaGapAlarm>({
  name: 'rota_gap_alarm',
  tableName: 'rota_gap_alarm',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'rota_gap_alarm_pkey' },
    version: { type: 'integer' },
    rotaId: { name: 'rota_id', type: 'uuid' },
    role: { type: 'text' },
    from: { name: 'starts_at', type: 'timestamptz' },
    to: { name: 'ends_at', type: 'timestamptz' },
    urgent: { type: 'boolean' },
    openedAt: { name: 'opened_at', type: 'timestamptz' },
    closedAt: { name: 'closed_at', type: 'timestamptz', nullable: true },
  },
  indices: [
    { name: 'rota_gap_alarm_open_idx', columns: ['rotaId'], where: 'closed_at is null' },
    { name: 'rota_gap_alarm_start_idx', columns: ['from', 'id'] },
  ],
  checks: [{ name: 'rota_gap_alarm_span_check', expression: 'starts_at < ends_at' }],
});

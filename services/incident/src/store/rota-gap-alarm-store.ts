import { IsNull } from 'typeorm';
import { tableStore, type Position, type Store, type Transaction } from '@tocsin/database';
import type { RotaGapAlarm } from '../domain/rota-gap-alarm.ts';
import { rotaGapAlarmTable } from './rota-gap-alarm-table.ts';

/** Which alarms a list shows. */
export interface AlarmQuery {
  readonly limit: number;
  readonly after: Position | null;
  /** True: only open ones; false: only closed ones; null: all. */
  readonly open: boolean | null;
}

interface RotaGapAlarmStore extends Store<RotaGapAlarm> {
  /** The open alarms of one rota, earliest gap first. */
  listOpen(rotaId: string): Promise<RotaGapAlarm[]>;
  /** The latest gap first. */
  page(query: AlarmQuery): Promise<RotaGapAlarm[]>;
}

const rowsOf = tableStore('rotaGapAlarm', rotaGapAlarmTable);

/** Alarms about gaps in rotas. */
export function rotaGapAlarmStore(tx: Transaction): RotaGapAlarmStore {
  const rows = tx.manager.getRepository(rotaGapAlarmTable);
  return {
    ...rowsOf(tx),
    listOpen: (rotaId) => rows.find({ where: { rotaId, closedAt: IsNull() }, order: { from: 'ASC', id: 'ASC' } }),
    page: ({ limit, after, open }) => {
      const query = rows.createQueryBuilder('alarm').orderBy('alarm.from', 'DESC').addOrderBy('alarm.id', 'DESC');
      if (open !== null) query.andWhere(`(alarm.closed_at is null) = :open`, { open });
      if (after !== null) query.andWhere('(alarm.starts_at, alarm.id) < (:key, :id)', { ...after });
      return query.take(limit).getMany();
    },
  };
}

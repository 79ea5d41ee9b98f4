import { In } from 'typeorm';
import { tableStore, type Store, type Transaction } from '@tocsin/database';
import type { PlanDelivery } from '../domain/plan-delivery.ts';
import { planDeliveryTable } from './plan-delivery-table.ts';

interface PlanDeliveryStore extends Store<PlanDelivery> {
  /**
   * Takes up to `limit` deliveries that are due, or whose worker is gone, so that no other worker takes them; of each
   * incident only the first that is not settled.
   */
  takeDue(limit: number): Promise<PlanDelivery[]>;
  /** In the order of the stages. */
  listByIncident(incidentIds: readonly string[]): Promise<PlanDelivery[]>;
}

const rowsOf = tableStore('planDelivery', planDeliveryTable);

/** What the plan's tool is told, one row for each stage that an incident entered. */
export function planDeliveryStore(tx: Transaction): PlanDeliveryStore {
  const rows = tx.manager.getRepository(planDeliveryTable);
  return {
    ...rowsOf(tx),
    takeDue: (limit) =>
      rows
        .createQueryBuilder('delivery')
        .setLock('pessimistic_write')
        .setOnLocked('skip_locked')
        .where('(delivery.next_attempt_at <= :now or delivery.lease_until <= :now)', { now: tx.now })
        .andWhere(
          `not exists (select 1 from plan_delivery earlier where earlier.incident_id = delivery.incident_id
             and earlier.n < delivery.n and earlier.state in ('PENDING', 'IN_FLIGHT'))`,
        )
        .orderBy('delivery.created_at')
        .take(limit)
        .getMany(),
    listByIncident: (incidentIds) =>
      rows.find({ where: { incidentId: In([...incidentIds]) }, order: { incidentId: 'ASC', n: 'ASC' } }),
  };
}

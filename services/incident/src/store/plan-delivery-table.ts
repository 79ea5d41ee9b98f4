import { EntitySchema } from 'typeorm';
import type { PlanDelivery } from '../domain/plan-delivery.ts';

export const planDeliveryTable = new EntitySchema<PlanDelivery>({
  name: 'plan_delivery',
  tableName: 'plan_delivery',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'plan_delivery_pkey' },
    version: { type: 'integer' },
    incidentId: { name: 'incident_id', type: 'uuid' },
    n: { type: 'integer' },
    body: { type: 'text' },
    state: { type: 'text' },
    attempts: { type: 'integer' },
    nextAttemptAt: { name: 'next_attempt_at', type: 'timestamptz', nullable: true },
    leaseUntil: { name: 'lease_until', type: 'timestamptz', nullable: true },
    lastAnswer: { name: 'last_answer', type: 'text', nullable: true },
    createdAt: { name: 'created_at', type: 'timestamptz' },
    deliveredAt: { name: 'delivered_at', type: 'timestamptz', nullable: true },
  },
  uniques: [{ name: 'plan_delivery_stage_key', columns: ['incidentId', 'n'] }],
  checks: [
    { name: 'plan_delivery_due_check', expression: `(state = 'PENDING') = (next_attempt_at is not null)` },
    { name: 'plan_delivery_lease_check', expression: `(state = 'IN_FLIGHT') = (lease_until is not null)` },
    { name: 'plan_delivery_delivered_check', expression: `(state = 'DELIVERED') = (delivered_at is not null)` },
  ],
  indices: [
    { name: 'plan_delivery_due', columns: ['nextAttemptAt'], where: 'next_attempt_at is not null' },
    { name: 'plan_delivery_lease', columns: ['leaseUntil'], where: 'lease_until is not null' },
  ],
});

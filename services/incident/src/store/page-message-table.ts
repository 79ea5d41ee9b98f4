import { EntitySchema } from 'typeorm';
import type { PageMessage } from '../domain/page-message.ts';

export const pageMessageTable = new EntitySchema<PageMessage>({
  name: 'page_message',
  tableName: 'page_message',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'page_message_pkey' },
    version: { type: 'integer' },
    pageId: { name: 'page_id', type: 'uuid' },
    round: { type: 'integer' },
    step: { type: 'integer' },
    principalId: { name: 'principal_id', type: 'text' },
    channel: { type: 'text' },
    state: { type: 'text' },
    attempts: { type: 'integer' },
    nextAttemptAt: { name: 'next_attempt_at', type: 'timestamptz', nullable: true },
    leaseUntil: { name: 'lease_until', type: 'timestamptz', nullable: true },
    plannedAt: { name: 'planned_at', type: 'timestamptz' },
    sentAt: { name: 'sent_at', type: 'timestamptz', nullable: true },
  },
  uniques: [{ name: 'page_message_once_key', columns: ['pageId', 'round', 'step', 'principalId', 'channel'] }],
  checks: [
    { name: 'page_message_due_check', expression: `(state = 'PLANNED') = (next_attempt_at is not null)` },
    { name: 'page_message_lease_check', expression: `(state = 'SENDING') = (lease_until is not null)` },
    { name: 'page_message_sent_check', expression: `(state = 'SENT') = (sent_at is not null)` },
  ],
  indices: [
    { name: 'page_message_principal', columns: ['principalId', 'pageId'] },
    { name: 'page_message_due', columns: ['nextAttemptAt'], where: 'next_attempt_at is not null' },
    { name: 'page_message_lease', columns: ['leaseUntil'], where: 'lease_until is not null' },
  ],
});

import { EntitySchema } from 'typeorm';
import type { PageContact } from '../domain/page-contact.ts';

export const pageContactTable = new EntitySchema<PageContact>({
  name: 'page_contact',
  tableName: 'page_contact',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'page_contact_pkey' },
    version: { type: 'integer' },
    principalId: { name: 'principal_id', type: 'text' },
    email: { type: 'text', nullable: true },
    webhookUrl: { name: 'webhook_url', type: 'text', nullable: true },
    webhookSecret: { name: 'webhook_secret', type: 'text', nullable: true },
  },
  uniques: [{ name: 'page_contact_principal_key', columns: ['principalId'] }],
  checks: [{ name: 'page_contact_webhook_check', expression: `(webhook_url is null) = (webhook_secret is null)` }],
});

import { EntitySchema } from 'typeorm';

/** A tenant that the directory of notification has. */
interface KnownTenant {
  readonly id: string;
}

export const knownTenantTable = new EntitySchema<KnownTenant>({
  name: 'known_tenant',
  columns: { id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'known_tenant_pkey' } },
});

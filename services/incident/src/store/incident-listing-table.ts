import { EntitySchema } from 'typeorm';

/** Named as in the migration, for the drift check; written by refresh_listing() alone. */
export const incidentListingTable = new EntitySchema({
  name: 'incident_listing',
  tableName: 'incident_listing',
  columns: {
    incident_id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'incident_listing_pkey' },
    principal_id: { type: 'text', primary: true, primaryKeyConstraintName: 'incident_listing_pkey' },
    role: { type: 'text', primary: true, primaryKeyConstraintName: 'incident_listing_pkey' },
    until: { type: 'timestamptz', nullable: true },
    number: { type: 'integer' },
    stage: { type: 'text' },
    status: { type: 'text' },
    source: { type: 'text' },
    responsibility: { type: 'text' },
    disposition: { type: 'text', nullable: true },
    on_call_id: { type: 'text', nullable: true },
    round_the_clock: { type: 'boolean' },
    detected_at: { type: 'timestamptz' },
    to_acknowledge_ms: { type: 'bigint', nullable: true },
    to_assess_ms: { type: 'bigint', nullable: true },
    to_contain_ms: { type: 'bigint', nullable: true },
    to_declare_ms: { type: 'bigint', nullable: true },
    to_close_ms: { type: 'bigint', nullable: true },
  },
  indices: [
    // It includes what metrics read, which TypeORM cannot say.
    { name: 'incident_listing_opened_idx', columns: ['principal_id', 'detected_at', 'number'], synchronize: false },
    { name: 'incident_listing_status_idx', columns: ['principal_id', 'status', 'detected_at', 'number'] },
    { name: 'incident_listing_on_call_idx', columns: ['principal_id', 'on_call_id', 'detected_at', 'number'] },
    {
      name: 'incident_listing_night_idx',
      columns: ['principal_id', 'detected_at', 'number'],
      where: 'round_the_clock',
    },
    {
      name: 'incident_listing_facet_idx',
      columns: ['principal_id', 'role', 'status', 'stage', 'source', 'responsibility', 'disposition', 'until'],
    },
  ],
});

/** The words of each incident; written by add_words() alone. Its GIN index is more than TypeORM can say. */
export const incidentSearchTable = new EntitySchema({
  name: 'incident_search',
  tableName: 'incident_search',
  columns: {
    incident_id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'incident_search_pkey' },
    document: { type: 'tsvector' },
  },
  indices: [{ name: 'incident_search_document_idx', columns: ['document'], synchronize: false }],
});

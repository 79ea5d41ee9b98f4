import { EntitySchema } from 'typeorm';
import type { KnownFacts } from '../domain/known-facts.ts';

export interface KnownIncidentFactRow extends KnownFacts {
  readonly incidentId: string;
}

export const knownIncidentFactTable = new EntitySchema<KnownIncidentFactRow>({
  name: 'known_incident_fact',
  tableName: 'known_incident_fact',
  columns: {
    incidentId: {
      name: 'incident_id',
      type: 'uuid',
      primary: true,
      primaryKeyConstraintName: 'known_incident_fact_pkey',
    },
    crspi: { type: 'text' },
    cin: { type: 'text' },
    roundTheClock: { name: 'round_the_clock', type: 'boolean' },
    declaredAt: { name: 'declared_at', type: 'timestamptz', nullable: true },
  },
  indices: [{ name: 'known_incident_fact_night_idx', columns: ['incidentId'], where: 'round_the_clock' }],
});

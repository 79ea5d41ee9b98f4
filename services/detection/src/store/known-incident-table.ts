import { EntitySchema } from 'typeorm';
import type { Level, RootCause } from '@tocsin/contracts';

/** Which incident a detection belongs to. */
export interface KnownAttachment {
  readonly detectionId: string;
  readonly incidentId: string;
  /** By the incident service's clock: what is older and heard later changes nothing. */
  readonly since: Date;
}

export const knownAttachmentTable = new EntitySchema<KnownAttachment>({
  name: 'known_attachment',
  tableName: 'known_attachment',
  columns: {
    detectionId: { name: 'detection_id', type: 'uuid', primary: true, primaryKeyConstraintName: 'known_attachment_pk' },
    incidentId: { name: 'incident_id', type: 'uuid' },
    since: { type: 'timestamptz' },
  },
  indices: [{ name: 'known_attachment_incident', columns: ['incidentId'] }],
});

/** As what an incident was classified. */
export interface KnownLevel {
  readonly incidentId: string;
  readonly level: Level;
  /** Of a false positive; null if it was classified before causes were a closed list. */
  readonly rootCause: RootCause | null;
}

export const knownLevelTable = new EntitySchema<KnownLevel>({
  name: 'known_level',
  tableName: 'known_level',
  columns: {
    incidentId: { name: 'incident_id', type: 'uuid', primary: true, primaryKeyConstraintName: 'known_level_pk' },
    level: { type: 'text' },
    rootCause: { name: 'root_cause', type: 'text', nullable: true },
  },
});

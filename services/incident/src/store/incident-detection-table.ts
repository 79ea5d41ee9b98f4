import { EntitySchema } from 'typeorm';

export interface IncidentDetectionRow {
  readonly detectionId: string;
  readonly incidentId: string;
}

export const incidentDetectionTable = new EntitySchema<IncidentDetectionRow>({
  name: 'incident_detection',
  tableName: 'incident_detection',
  columns: {
    detectionId: {
      name: 'detection_id',
      type: 'uuid',
      primary: true,
      primaryKeyConstraintName: 'incident_detection_pkey',
    },
    incidentId: { name: 'incident_id', type: 'uuid' },
  },
  indices: [{ name: 'incident_detection_incident_idx', columns: ['incidentId'] }],
});

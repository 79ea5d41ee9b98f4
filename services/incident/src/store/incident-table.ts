import { EntitySchema } from 'typeorm';
import type { Disposition, Responsibility, SignalSource, Stage, Tlp } from '@tocsin/contracts';
import type { Milestones } from '../domain/milestones.ts';
import type { Action, Containment, Evidence, StageEntry } from '../domain/incident.ts';

/** JSON of a value: its instants as text. */
export type Stored<T> = {
  readonly [K in keyof T]: T[K] extends Date ? string : T[K] extends Date | null ? string | null : T[K];
};

/** With its milestones, which are counted over many incidents. */
export interface IncidentRow extends Milestones {
  readonly id: string;
  readonly version: number;
  readonly number: number;
  readonly title: string;
  readonly tlp: Tlp;
  readonly source: SignalSource;
  readonly stage: Stage;
  readonly status: 'OPEN' | 'CLOSED';
  readonly cycle: number;
  readonly responsibility: Responsibility;
  readonly firstIndicationAt: Date;
  readonly detectedAt: Date;
  readonly onCallId: string | null;
  readonly incidentManagerId: string | null;
  readonly stageEntries: readonly Stored<StageEntry>[];
  readonly evidence: readonly Stored<Evidence>[];
  readonly actions: readonly Stored<Action>[];
  readonly containment: Stored<Containment> | null;
  readonly disposition: Disposition | null;
  readonly closedAt: Date | null;
  readonly exerciseId: string | null;
  readonly relatedIncidentIds: readonly string[];
  readonly mergedInto: string | null;
  readonly mergedFrom: readonly string[];
}

export const incidentTable = new EntitySchema<IncidentRow>({
  name: 'incident',
  tableName: 'incident',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'incident_pkey' },
    version: { type: 'integer' },
    number: { type: 'integer' },
    title: { type: 'text' },
    tlp: { type: 'text' },
    source: { type: 'text' },
    stage: { type: 'text' },
    status: { type: 'text' },
    cycle: { type: 'integer' },
    responsibility: { type: 'text' },
    firstIndicationAt: { name: 'first_indication_at', type: 'timestamptz' },
    detectedAt: { name: 'detected_at', type: 'timestamptz' },
    onCallId: { name: 'on_call_id', type: 'text', nullable: true },
    incidentManagerId: { name: 'incident_manager_id', type: 'text', nullable: true },
    stageEntries: { name: 'stage_entries', type: 'jsonb' },
    evidence: { type: 'jsonb' },
    actions: { type: 'jsonb' },
    containment: { type: 'jsonb', nullable: true },
    disposition: { type: 'text', nullable: true },
    exerciseId: { name: 'exercise_id', type: 'uuid', nullable: true },
    closedAt: { name: 'closed_at', type: 'timestamptz', nullable: true },
    relatedIncidentIds: { name: 'related_incident_ids', type: 'uuid', array: true },
    mergedInto: { name: 'merged_into', type: 'uuid', nullable: true },
    mergedFrom: { name: 'merged_from', type: 'uuid', array: true },
    acknowledgedAt: { name: 'acknowledged_at', type: 'timestamptz', nullable: true },
    assessedAt: { name: 'assessed_at', type: 'timestamptz', nullable: true },
    containedAt: { name: 'contained_at', type: 'timestamptz', nullable: true },
  },
  indices: [{ name: 'incident_exercise_idx', columns: ['exerciseId'], where: 'exercise_id is not null' }],
  uniques: [{ name: 'incident_number_key', columns: ['number'] }],
  checks: [
    { name: 'incident_title_check', expression: `char_length(title) between 1 and 200` },
    {
      name: 'incident_closed_check',
      expression: `(status = 'CLOSED') = (disposition is not null and closed_at is not null)`,
    },
    {
      name: 'incident_merged_check',
      expression: `merged_into is null or (disposition is not null and disposition = 'DUPLICATE')`,
    },
  ],
});

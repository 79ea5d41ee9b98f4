import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import type { Classification, KnownExercise, KnownIncident } from '../domain/classification.ts';
import { KnownHoldTable } from './known-hold-table.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const column = (
  name: string,
  type: 'text' | 'int' | 'boolean' | 'jsonb' | 'timestamptz',
  nullable = false,
): EntitySchemaColumnOptions => ({
  name,
  type,
  nullable,
});
const list = (name: string, type: 'uuid' | 'text'): EntitySchemaColumnOptions => ({ name, type, array: true });
const key = (
  name: string,
  primaryKeyConstraintName: string,
  type: 'uuid' | 'text' = 'uuid',
): EntitySchemaColumnOptions => ({
  name,
  type,
  primary: true,
  primaryKeyConstraintName,
});

export const ClassificationTable = new EntitySchema<Mutable<Classification>>({
  name: 'classification',
  columns: {
    id: key('id', 'classification_pk'),
    version: column('version', 'int'),
    assessment: column('assessment', 'jsonb', true),
    level: column('level', 'text'),
    domains: list('domains', 'text'),
    eventGround: column('event_ground', 'text', true),
    crspi: column('crspi', 'text'),
    basis: list('basis', 'text'),
    suspected: column('suspected', 'boolean'),
    declaredAt: column('declared_at', 'timestamptz', true),
    legalAdviserId: column('legal_adviser_id', 'text', true),
    executionAuthorizedAt: column('execution_authorized_at', 'timestamptz', true),
    scopes: column('scopes', 'jsonb'),
    scopingTask: column('scoping_task', 'jsonb', true),
    exerciseId: { name: 'exercise_id', type: 'uuid', nullable: true },
    awareness: column('awareness', 'jsonb'),
    breachAssessments: column('breach_assessments', 'jsonb'),
    conflicts: column('conflicts', 'jsonb'),
  },
  checks: [
    {
      name: 'classification_declared',
      expression: `crspi <> 'DECLARED' or (level = 'INCIDENT' and cardinality(basis) > 0 and declared_at is not null)`,
    },
    {
      name: 'classification_art34_ground',
      expression: `not jsonb_path_exists(
        breach_assessments, '$[*].judgement ? (@.art34Ground != null && @.verdict != "HIGH_RISK")')`,
    },
  ],
});

/** The exercise is another row: it may be heard of first. */
export interface KnownIncidentRow extends Omit<KnownIncident, 'exercise'> {
  readonly exerciseId: string | null;
}

export const KnownIncidentTable = new EntitySchema<Mutable<KnownIncidentRow>>({
  name: 'known_incident',
  columns: {
    id: key('id', 'known_incident_pk'),
    stage: column('stage', 'text'),
    responsibility: column('responsibility', 'text'),
    detectedAt: column('detected_at', 'timestamptz', true),
    cycle: column('cycle', 'int'),
    firstIndicationAt: column('first_indication_at', 'timestamptz', true),
    exerciseId: { name: 'exercise_id', type: 'uuid', nullable: true },
  },
  indices: [{ name: 'known_incident_exercise', columns: ['exerciseId'], where: 'exercise_id is not null' }],
});

export const KnownExerciseTable = new EntitySchema<Mutable<KnownExercise>>({
  name: 'known_exercise',
  columns: {
    id: key('id', 'known_exercise_pk'),
    state: column('state', 'text'),
    startsAt: column('starts_at', 'timestamptz'),
    endsAt: column('ends_at', 'timestamptz'),
  },
});

/** A principal's part in an incident, as AssignmentChanged told it. */
export interface KnownMember {
  readonly incidentId: string;
  readonly principalId: string;
  readonly role: string;
  readonly until: Date | null;
}

export const KnownMemberTable = new EntitySchema<Mutable<KnownMember>>({
  name: 'known_member',
  columns: {
    incidentId: key('incident_id', 'known_member_pk'),
    principalId: key('principal_id', 'known_member_pk', 'text'),
    role: key('role', 'known_member_pk', 'text'),
    until: column('until', 'timestamptz', true),
  },
});

export interface KnownEvidence {
  readonly id: string;
  readonly incidentId: string;
}

export const KnownEvidenceTable = new EntitySchema<Mutable<KnownEvidence>>({
  name: 'known_evidence',
  columns: { incidentId: key('incident_id', 'known_evidence_pk'), id: key('id', 'known_evidence_pk') },
});

export interface KnownTenant {
  readonly id: string;
  readonly subscriptionIds: readonly string[];
}

export const KnownTenantTable = new EntitySchema<Mutable<KnownTenant>>({
  name: 'known_tenant',
  columns: { id: key('id', 'known_tenant_pk'), subscriptionIds: list('subscription_ids', 'uuid') },
});

export const tables: readonly EntitySchema[] = [
  ClassificationTable,
  KnownIncidentTable,
  KnownExerciseTable,
  KnownMemberTable,
  KnownEvidenceTable,
  KnownTenantTable,
  KnownHoldTable,
];

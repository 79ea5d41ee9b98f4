import { randomUUID } from 'node:crypto';
import { EntitySchema } from 'typeorm';
import { IncidentReopened, occurred, type AnyChange, type Decision } from '@tocsin/contracts';
import type { TestDatabase } from '@tocsin/testkit';
import { tableStore } from './table-store.ts';
import type { Versioned } from './transaction.ts';

/* A small incident, for the specs of this library only. */

export interface Incident extends Versioned {
  readonly cycle: number;
}

export const incidentTable = new EntitySchema<Incident>({
  name: 'incident',
  columns: {
    id: { type: 'uuid', primary: true },
    version: { type: 'int' },
    cycle: { type: 'int' },
  },
});

export const incidentStore = tableStore('incident', incidentTable);

export const createIncidentTable = async ({ admin }: TestDatabase): Promise<void> => {
  await admin('create table incident (id uuid primary key, version int not null, cycle int not null)');
  await admin('grant select, insert, update on incident to incident_app');
};

export const anIncident = (over: Partial<Incident> = {}): Incident => ({
  id: randomUUID(),
  version: 1,
  cycle: 1,
  ...over,
});

/** The change that a rule returns: the next version, its event, and the decision behind it. */
export function reopened(incident: Incident, now: Date, isNew = false): AnyChange<Incident> {
  const state = isNew ? incident : { ...incident, version: incident.version + 1, cycle: incident.cycle + 1 };
  const data = { incidentId: state.id, at: now.toISOString(), cycle: state.cycle };
  return { state, events: [occurred(IncidentReopened, data)], decisions: [aDecision(now)] };
}

const aDecision = (at: Date): Decision => ({
  id: randomUUID(),
  kind: 'reopen',
  value: { cycle: 2 },
  actorId: 'user:ima',
  role: 'INCIDENT_MANAGER',
  at,
  reason: 'new evidence',
  evidenceIds: [randomUUID()],
  policyVersion: '1',
});

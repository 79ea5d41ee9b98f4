import { randomUUID } from 'node:crypto';
import { servicePrincipal, type Principal } from '@tocsin/access';
import { inTransaction, read, type Transaction } from '@tocsin/database';
import { aPrincipal, testDatabase, type TestDatabase } from '@tocsin/testkit';
import { handlers } from '../events.ts';
import { tables } from '../store/tables.ts';

/* The service on a database of its own, for specs. */

export const responder = aPrincipal('RESPONDER');
export const manager = aPrincipal('INCIDENT_MANAGER');
export const legal = aPrincipal('LEGAL');
export const meta = { id: randomUUID(), type: 'tocsin.test', occurredAt: new Date() };
export const at = '2026-11-20T09:00:00.000Z';

type Work<T> = (tx: Transaction) => Promise<T>;

/** An incident with its three members and one piece of evidence, known from the events of the incident service. */
export interface Known {
  readonly incidentId: string;
  readonly evidenceId: string;
}

/** What every command about it says. */
export const orderFor = ({ incidentId, evidenceId }: Known, expectedVersion = 1) => ({
  incidentId,
  expectedVersion,
  reason: 'seen in the logs',
  evidenceIds: [evidenceId],
});

export interface Bench {
  readonly database: TestDatabase;
  write<T>(by: Principal, work: Work<T>): Promise<T>;
  look<T>(by: Principal, work: Work<T>): Promise<T>;
  /** Handles events, as the service itself. */
  hear(work: Work<unknown>): Promise<unknown>;
  open(incidentId: string): Promise<unknown>;
  addEvidence(fact: Known): Promise<unknown>;
  anIncident(): Promise<Known>;
}

export async function createBench(): Promise<Bench> {
  const database = await testDatabase('classification', tables);
  const write = <T>(by: Principal, work: Work<T>) => inTransaction(database.db, { by, action: 'test' }, work);
  const look = <T>(by: Principal, work: Work<T>) => read(database.db, by, work);
  const hear = (work: Work<unknown>) => write(servicePrincipal('classification'), work);
  const open = (incidentId: string) => {
    const facts = { number: 1, source: 'AUTOMATED_SIGNATURE' as const, detectionIds: [randomUUID()] };
    const fact = { ...facts, incidentId, firstIndicationAt: at, detectedAt: at, at };
    return hear((tx) => handlers.IncidentOpened(fact, tx, meta));
  };
  const addEvidence = (fact: Known) => {
    const facts = { ...fact, environment: 'PRODUCTION' as const, sha256: 'a'.repeat(64), at };
    return hear((tx) => handlers.EvidenceAdded(facts, tx, meta));
  };
  const anIncident = async (): Promise<Known> => {
    const known = { incidentId: randomUUID(), evidenceId: randomUUID() };
    await open(known.incidentId);
    for (const [{ id: principalId }, role] of [
      [responder, 'RESPONDER'],
      [manager, 'INCIDENT_MANAGER'],
      [legal, 'LEGAL'],
    ] as const) {
      const fact = { incidentId: known.incidentId, principalId, role, onCall: false, at };
      await hear((tx) => handlers.AssignmentChanged(fact, tx, meta));
    }
    await addEvidence(known);
    return known;
  };
  return { database, write, look, hear, open, addEvidence, anIncident };
}

import { randomUUID } from 'node:crypto';
import { servicePrincipal, type Principal } from '@tocsin/access';
import type { DetectionPromoted, EventData } from '@tocsin/contracts';
import { inTransaction, read, type Transaction } from '@tocsin/database';
import { aPrincipal, testDatabase, type TestDatabase } from '@tocsin/testkit';
import type { Incident } from '../domain/incident.ts';
import { handlers } from '../events.ts';
import { listVisible } from '../incident-reads.ts';
import { advanceStage, recordEvidence } from '../incidents.ts';
import { saveStaffMember } from '../staff.ts';
import { tables } from '../store/tables.ts';

/* The service on a database of its own, for specs: a responder and a manager are on call for PRODUCTION, a
   legal adviser is not on call. */

export const admin = aPrincipal('PLATFORM_ADMIN');
export const responder = aPrincipal('RESPONDER');
export const manager = aPrincipal('INCIDENT_MANAGER');
export const legal = aPrincipal('LEGAL');
export const meta = { id: randomUUID(), type: 'tocsin.test', occurredAt: new Date() };

type Promotion = EventData<typeof DetectionPromoted>;
type Work<T> = (tx: Transaction) => Promise<T>;

export interface Bench {
  readonly database: TestDatabase;
  write<T>(by: Principal, work: Work<T>): Promise<T>;
  look<T>(by: Principal, work: Work<T>): Promise<T>;
  /** Handles events, as the service itself. */
  hear(work: Work<unknown>): Promise<unknown>;
  /** Handles a promotion, and reads the incident as a member sees it. */
  anIncident(promotion?: Partial<Promotion>): Promise<Incident>;
  /** @throws Error if it is hidden from him. */
  seen(id: string, by?: Principal): Promise<Incident>;
  /** The names of what was announced about the incident, in order. */
  eventsOf(incidentId: string): Promise<string[]>;
}

export async function createBench(): Promise<Bench> {
  const database = await testDatabase('incident', tables);
  const write = <T>(by: Principal, work: Work<T>) => inTransaction(database.db, { by, action: 'test' }, work);
  const look = <T>(by: Principal, work: Work<T>) => read(database.db, by, work);
  const hear = (work: Work<unknown>) => write(servicePrincipal('incident'), work);
  for (const [person, role, onCall] of [
    [responder, 'RESPONDER', true],
    [manager, 'INCIDENT_MANAGER', true],
    [legal, 'LEGAL', false],
  ] as const)
    await write(admin, (tx) =>
      saveStaffMember(tx, {
        principalId: person.id,
        name: role,
        roles: [role],
        onCall,
        environments: onCall ? ['PRODUCTION'] : [],
      }),
    );
  const seen = async (id: string, by = responder): Promise<Incident> => {
    const [incident] = await look(by, (tx) => listVisible(tx, [id]));
    if (incident === undefined) throw new Error(`${by.id} does not see ${id}.`);
    return incident;
  };
  const anIncident = async (patch: Partial<Promotion> = {}): Promise<Incident> => {
    const promotion = aPromotion(patch);
    await hear((tx) => handlers.DetectionPromoted(promotion, tx, meta));
    const sql = 'select incident_id as id from incident_detection where detection_id = $1';
    const [row] = await database.admin<{ id: string }>(sql, [promotion.detectionId]);
    return seen(row?.id ?? '');
  };
  const eventsOf = async (incidentId: string): Promise<string[]> => {
    const sql = 'select type from outbox where aggregate_id = $1 order by id';
    const rows = await database.admin<{ type: string }>(sql, [incidentId]);
    return rows.map(({ type }) => type.split('.')[2] ?? type);
  };
  return { database, write, look, hear, anIncident, seen, eventsOf };
}

export const aPromotion = (patch: Partial<Promotion> = {}): Promotion => ({
  detectionId: randomUUID(),
  detectorId: randomUUID(),
  source: 'AUTOMATED_SIGNATURE',
  level: 'HIGH',
  realm: 'PROVIDER',
  tenantIds: [],
  signalCount: 1,
  firstSeenAt: '2026-11-20T09:00:00.000Z',
  lastSeenAt: '2026-11-20T09:00:00.000Z',
  at: '2026-11-20T09:05:00.000Z',
  automatic: false,
  promotedBy: responder.id,
  ...patch,
});

/** The first step of the response. */
export const assess = (tx: Transaction, { id, version }: Incident): Promise<Incident> =>
  advanceStage(tx, {
    incidentId: id,
    expectedVersion: version,
    to: 'ASSESS',
    reason: 'mine',
    evidenceIds: [],
  });

/** The incident with one more piece of evidence. */
export async function addEvidenceTo(bench: Bench, incidentId: string): Promise<Incident> {
  const { version: expectedVersion } = await bench.seen(incidentId);
  const collectedAt = new Date('2026-11-20T08:00:00Z');
  const item = { text: 'log', sha256: 'b'.repeat(64), environment: 'PRODUCTION', collectedAt } as const;
  const order = { incidentId, expectedVersion, evidenceId: randomUUID(), ...item };
  return bench.write(responder, (tx) => recordEvidence(tx, order));
}

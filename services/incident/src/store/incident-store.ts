import { In } from 'typeorm';
import { saveVersioned, type Store, type Transaction } from '@tocsin/database';
import { NotFound } from '@tocsin/errors';
import type { Incident } from '../domain/incident.ts';
import { incidentDetectionTable } from './incident-detection-table.ts';
import { incidentMemberTable } from './incident-member-table.ts';
import { toIncident, toRow } from './incident-row.ts';
import { incidentTable } from './incident-table.ts';
import { isUuid } from './uuid.ts';

interface IncidentStore extends Store<Incident> {
  nextNumber(): Promise<number>;
  isOpenedFor(detectionId: string): Promise<boolean>;
  /** Locks the incidents, in one order for all, until the commit; those that do not exist are left out. */
  lock(ids: readonly string[]): Promise<void>;
  /** The detections leave their incident; the save of the one they join takes them. */
  release(detectionIds: readonly string[]): Promise<void>;
  list(ids: readonly string[]): Promise<Incident[]>;
}

/** Incidents with their members and detections. */
export function incidentStore(tx: Transaction): IncidentStore {
  const list = (ids: readonly string[]): Promise<Incident[]> => load(tx, ids);
  const find = async (id: string): Promise<Incident | null> => (await list([id]))[0] ?? null;
  return {
    aggregate: 'incident',
    list,
    find,
    get: async (id) => {
      const incident = await find(id);
      if (incident === null) throw NotFound();
      return incident;
    },
    save: (incident) => save(tx, incident),
    nextNumber: async () => {
      const [row] = await tx.manager.sql<
        { number: string }[]
      >`/* incident.next_number */ select nextval('incident_number') as number`;
      return Number(row?.number);
    },
    isOpenedFor: (detectionId) => tx.manager.getRepository(incidentDetectionTable).existsBy({ detectionId }),
    lock: async (ids) => {
      await tx.manager.sql`/* incident.lock */
        select 1 from incident where id = any(${ids.filter(isUuid)}::uuid[]) order by id for update`;
    },
    release: async (detectionIds) => {
      await tx.manager.getRepository(incidentDetectionTable).delete({ detectionId: In([...detectionIds]) });
    },
  };
}

async function load(tx: Transaction, ids: readonly string[]): Promise<Incident[]> {
  const valid = ids.filter(isUuid);
  if (valid.length === 0) return [];
  const rows = await tx.manager.getRepository(incidentTable).findBy({ id: In(valid) });
  const incidentId = In(rows.map(({ id }) => id));
  const members = await tx.manager
    .getRepository(incidentMemberTable)
    .find({ where: { incidentId }, order: { principalId: 'ASC', role: 'ASC' } });
  const detections = await tx.manager.getRepository(incidentDetectionTable).findBy({ incidentId });
  return rows.map((row) =>
    toIncident(
      row,
      members.filter((member) => member.incidentId === row.id),
      detections.filter((detection) => detection.incidentId === row.id),
    ),
  );
}

async function save(tx: Transaction, incident: Incident): Promise<void> {
  const { id: incidentId } = incident;
  await saveVersioned(tx, incidentTable, toRow(incident));
  await tx.manager.getRepository(incidentMemberTable).upsert(
    incident.members.map((member) => ({ ...member, incidentId })),
    ['incidentId', 'principalId', 'role'],
  );
  await attach(tx, incident);
  await refreshListing(tx, incidentId);
}

/**
 * A new incident for a detection that has one must fail (H-7); a later version writes only what it was given, however
 * many detections it has.
 */
async function attach(tx: Transaction, { id, version, detectionIds }: Incident): Promise<void> {
  await tx.manager.sql`/* incident.attach */
    insert into incident_detection (detection_id, incident_id)
    select given, ${id}::uuid from unnest(${[...detectionIds]}::uuid[]) given
    where ${version === 1}::boolean or not exists (select 1 from incident_detection where detection_id = given)`;
}

/** Brings what lists show of the incident up to date: after every change of it, of its members and of what is known. */
export async function refreshListing(tx: Transaction, incidentId: string): Promise<void> {
  await tx.manager.sql`/* incident.refresh_listing */ select refresh_listing(${incidentId}::uuid)`;
}

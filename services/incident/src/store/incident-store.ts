import { In } from 'typeorm';
import type { Stage } from '@tocsin/contracts';
import { saveVersioned, type Store, type Transaction } from '@tocsin/database';
import { NotFound } from '@tocsin/errors';
import type { Incident } from '../domain/incident.ts';
import { incidentDetectionTable } from './incident-detection-table.ts';
import { incidentMemberTable } from './incident-member-table.ts';
import { toIncident, toRow } from './incident-row.ts';
import { incidentTable } from './incident-table.ts';
import { isUuid } from './uuid.ts';

/** Which incidents a list shows. */
export interface IncidentQuery {
  readonly limit: number;
  /** Only incidents opened before this number; null for the newest. */
  readonly beforeNumber: number | null;
  readonly stage: Stage | null;
  readonly status: Incident['status'] | null;
  /** Only incidents in which this principal is a present member in one of the roles; null for all. */
  readonly member: { readonly principalId: string; readonly roles: readonly string[] } | null;
}

interface IncidentStore extends Store<Incident> {
  nextNumber(): Promise<number>;
  isOpenedFor(detectionId: string): Promise<boolean>;
  /** Locks the incidents, in one order for all, until the commit; those that do not exist are left out. */
  lock(ids: readonly string[]): Promise<void>;
  /** The detections leave their incident; the save of the one they join takes them. */
  release(detectionIds: readonly string[]): Promise<void>;
  list(ids: readonly string[]): Promise<Incident[]>;
  /** Newest first. */
  page(query: IncidentQuery): Promise<Incident[]>;
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
    page: async (query) => {
      const found = await list(await pageIds(tx, query));
      return found.sort((a, b) => b.number - a.number);
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
  const detections = incident.detectionIds.map((detectionId) => ({ detectionId, incidentId }));
  if (detections.length === 0) return;
  const insert = tx.manager.createQueryBuilder().insert().into(incidentDetectionTable).values(detections);
  // A new incident for a detection that has one must fail (H-7); a later version only adds what it was given.
  await (incident.version === 1 ? insert : insert.orIgnore()).execute();
}

async function pageIds(tx: Transaction, query: IncidentQuery): Promise<string[]> {
  const { beforeNumber, stage, status, member, limit } = query;
  const rows = await tx.manager.sql<{ id: string }[]>`/* incident.page */
    select i.id from incident i
    where (${beforeNumber}::integer is null or i.number < ${beforeNumber}::integer)
      and (${stage}::text is null or i.stage = ${stage}::text)
      and (${status}::text is null or i.status = ${status}::text)
      and (${member === null}::boolean or exists (
        select 1 from incident_member m
        where m.incident_id = i.id and m.principal_id = ${member?.principalId ?? null}::text
          and m.role = any(${member?.roles ?? []}::text[]) and (m.until is null or m.until > ${tx.now}::timestamptz)))
    order by i.number desc
    limit ${limit}::integer`;
  return rows.map(({ id }) => id);
}

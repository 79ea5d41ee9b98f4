import { randomUUID } from 'node:crypto';
import { can } from '@tocsin/access';
import type { DetectionRaised, EventData } from '@tocsin/contracts';
import {
  decodeCursor,
  pageSize,
  tableStore,
  toPage,
  type Page,
  type PageOrder,
  type Transaction,
} from '@tocsin/database';
import { handOver, type HandOver } from './domain/hand-over.ts';
import { mayRead } from './relation.ts';
import { HandOverTable } from './store/hand-over-table.ts';
import { listSubscriptions, tenantStore } from './store/stores.ts';

/* What is the customer's alone: the tenant is told that it leads, and where help is; nothing else of the incident. */

const handOverStore = tableStore<HandOver>('handOver', HandOverTable);

/** Something that is handed over to a tenant: an incident, or a detection that never becomes one. */
type Subject = Pick<HandOver, 'tenantId' | 'incidentId' | 'detectionId'>;

/** On HandOverIssued: once for each tenant and incident, however often it is decided. */
export const handOverIncident = (tx: Transaction, incidentId: string, tenantId: string): Promise<void> =>
  issue(tx, { tenantId, incidentId, detectionId: null });

/** On DetectionRaised: what concerns only the customer's realm opens no incident and pages nobody. */
export async function handOverDetection(
  tx: Transaction,
  { detectionId, realm, tenantIds, exerciseId }: EventData<typeof DetectionRaised>,
): Promise<void> {
  // No tenant hears of an exercise (I-35).
  if (realm !== 'CUSTOMER' || exerciseId !== undefined) return;
  for (const tenantId of tenantIds) await issue(tx, { tenantId, incidentId: null, detectionId });
}

async function issue(tx: Transaction, subject: Subject): Promise<void> {
  const { tenantId, incidentId, detectionId } = subject;
  const rows = tx.manager.getRepository(HandOverTable);
  const of = incidentId === null ? { detectionId: detectionId ?? '' } : { incidentId };
  if (await rows.existsBy({ tenantId, ...of })) return;
  const tenant = await tenantStore(tx).find(tenantId);
  const subscriptions = await listSubscriptions(tx, tenantId);
  const state = handOver({ id: randomUUID(), ...subject }, tenant, subscriptions, tx.now);
  await tx.commit(handOverStore, { state, events: [] });
}

/** What was handed over to the caller's own tenant, newest first; empty for anybody without one. */
export async function listHandOvers(tx: Transaction, page: PageOrder): Promise<Page<HandOver>> {
  const tenantId = tx.by.tenantId ?? null;
  const order = (row: HandOver) => ({ key: row.issuedAt.toISOString(), id: row.id });
  const first = pageSize(page);
  if (!can(tx.by, 'read:handOver', { tenantId })) return toPage([], first, order);
  const query = tx.manager.getRepository(HandOverTable).createQueryBuilder('handed');
  query.where('handed.tenant_id = :tenantId', { tenantId });
  const after = decodeCursor(page.after);
  if (after !== null) query.andWhere('(handed.issued_at, handed.id) < (:key::timestamptz, :id::uuid)', after);
  query.orderBy('handed.issued_at', 'DESC').addOrderBy('handed.id', 'DESC');
  return toPage(await query.take(first + 1).getMany(), first, order);
}

/** To whom the incident was handed over; null for whoever may not read its notification side. */
export async function handOversOf(tx: Transaction, incidentId: string): Promise<HandOver[] | null> {
  if (!(await mayRead(tx, incidentId))) return null;
  return tx.manager.getRepository(HandOverTable).find({ where: { incidentId }, order: { issuedAt: 'ASC', id: 'ASC' } });
}

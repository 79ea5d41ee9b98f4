import { randomUUID } from 'node:crypto';
import { mayAtAll, mustBeAllowed, type Operation } from '@tocsin/access';
import {
  IncidentOpened,
  IncidentRenamed,
  type Change,
  type DetectionPromoted,
  type EventData,
} from '@tocsin/contracts';
import { expectVersion, type Transaction } from '@tocsin/database';
import { Forbidden } from '@tocsin/errors';
import type { Act, Grounds } from './domain/act.ts';
import { assign, type AssignmentOrder } from './domain/assignment.ts';
import { entriesFor } from './domain/automatic-entry.ts';
import { close, reopen, type ClosingOrder } from './domain/closing.ts';
import { verifyContainment, type ContainmentOrder } from './domain/containment.ts';
import { firstEntries } from './domain/custody.ts';
import { addEvidence, type EvidenceOrder } from './domain/evidence.ts';
import { rolesIn, type Incident } from './domain/incident.ts';
import type { KnownFacts } from './domain/known-facts.ts';
import { rename, setTlp, type TlpOrder } from './domain/naming.ts';
import { open, type OpeningOrder } from './domain/opening.ts';
import { planDeliveries } from './domain/plan-delivery.ts';
import { setPlanRef, type PlanRefOrder } from './domain/plan.ts';
import { decideResponsibility, type ResponsibilityOrder } from './domain/responsibility.ts';
import { advance, type StageOrder } from './domain/stages.ts';
import { endPage, page } from './pages.ts';
import { listOnRota } from './rota-reads.ts';
import { custodyStore } from './store/custody-store.ts';
import type { StaffMember } from './domain/staff.ts';
import { incidentStore } from './store/incident-store.ts';
import { listDetections, listTenants } from './store/known-facts-store.ts';
import { addWords } from './store/incident-search-store.ts';
import { listActiveHolds } from './store/known-hold-store.ts';
import { knownIncidentFactStore } from './store/known-incident-fact-store.ts';
import { planDeliveryStore } from './store/plan-delivery-store.ts';
import { postMortemStore } from './store/post-mortem-store.ts';
import { staffMemberStore } from './store/staff-member-store.ts';
import { timelineStore } from './store/timeline-store.ts';

/** Which incident a command is about, and which version of it the caller saw. */
export interface IncidentTarget {
  readonly incidentId: string;
  readonly expectedVersion: number;
}

/** On DetectionPromoted: opens the incident, once for each detection (H-7). Events carry no principal but `promotedBy`. */
export async function openIncident(tx: Transaction, detection: EventData<typeof DetectionPromoted>): Promise<void> {
  const store = incidentStore(tx);
  if (await store.isOpenedFor(detection.detectionId)) return;
  const order = {
    incidentId: randomUUID(),
    number: await store.nextNumber(),
    detectionId: detection.detectionId,
    source: detection.source,
    level: detection.level,
    firstSeenAt: new Date(detection.firstSeenAt),
    promotedBy: detection.automatic ? null : detection.promotedBy,
    exerciseId: detection.exerciseId ?? null,
    onRota: await listOnRota(tx),
  };
  await commitIncident(tx, open(order, await peopleFor(tx, order), tx.now));
}

/** The directory's entries of everybody whom an opening may join. */
export async function peopleFor(
  tx: Transaction,
  { promotedBy, onRota = [] }: Pick<OpeningOrder, 'promotedBy' | 'onRota'>,
): Promise<readonly StaffMember[]> {
  const onCall = await staffMemberStore(tx).listOnCall();
  const named = [...onRota.map(({ principalId }) => principalId), ...(promotedBy === null ? [] : [promotedBy])];
  const missing = new Set(named.filter((id) => !onCall.some(({ principalId }) => principalId === id)));
  const people = [...onCall];
  for (const id of missing) {
    const person = await staffMemberStore(tx).findByPrincipal(id);
    if (person !== null) people.push(person);
  }
  return people;
}

export const advanceStage = (tx: Transaction, order: IncidentTarget & StageOrder): Promise<Incident> =>
  onIncident(tx, 'advanceStage', order, async ({ incident, act }) =>
    advance(incident, order, { activeHoldIds: await listActiveHolds(tx, incident.id) }, act),
  );

export const assignMember = (tx: Transaction, order: IncidentTarget & AssignmentOrder): Promise<Incident> =>
  onIncident(tx, 'assign', order, async ({ incident, act }) =>
    assign(incident, order, await staffMemberStore(tx).findByPrincipal(order.principalId), act),
  );

export const decideTheResponsibility = (
  tx: Transaction,
  order: IncidentTarget & ResponsibilityOrder,
): Promise<Incident> =>
  onIncident(tx, 'decideResponsibility', order, async ({ incident, known, act }) => {
    const detections = await listDetections(tx, incident.detectionIds);
    const concernedTenantIds = detections.flatMap(({ tenantIds }) => tenantIds);
    const listedTenantIds = await listTenants(tx, order.tenantIds ?? concernedTenantIds);
    return decideResponsibility(incident, order, { ...known, concernedTenantIds, listedTenantIds }, act);
  });

export const recordEvidence = (tx: Transaction, order: IncidentTarget & EvidenceOrder): Promise<Incident> =>
  onIncident(tx, 'addEvidence', order, ({ incident, act }) => addEvidence(incident, order, act));

export const verifyTheContainment = (tx: Transaction, order: IncidentTarget & ContainmentOrder): Promise<Incident> =>
  onIncident(tx, 'verifyContainment', order, ({ incident, act }) => verifyContainment(incident, order, act));

export const closeIncident = (tx: Transaction, order: IncidentTarget & ClosingOrder): Promise<Incident> =>
  onIncident(tx, 'closeIncident', order, async ({ incident, known, act }) => {
    const postMortem = (await postMortemStore(tx).findByIncident(incident.id))?.state ?? null;
    return close(incident, order, { ...known, postMortem }, act);
  });

export const reopenIncident = (tx: Transaction, order: IncidentTarget & Grounds): Promise<Incident> =>
  onIncident(tx, 'reopenIncident', order, ({ incident, act }) => reopen(incident, order, act));

export const renameIncident = (
  tx: Transaction,
  order: IncidentTarget & { readonly title: string },
): Promise<Incident> => onIncident(tx, 'renameIncident', order, ({ incident, act }) => rename(incident, order, act));

export const setIncidentTlp = (tx: Transaction, order: IncidentTarget & TlpOrder): Promise<Incident> =>
  onIncident(tx, 'setTlp', order, ({ incident, act }) => setTlp(incident, order, act));

export const setThePlanRef = (tx: Transaction, order: IncidentTarget & PlanRefOrder): Promise<Incident> =>
  onIncident(tx, 'setPlanRef', order, ({ incident, act }) => setPlanRef(incident, order, act));

interface Situation {
  readonly incident: Incident;
  readonly known: KnownFacts;
  readonly act: Act;
}

/** Load, may I, is it what the caller saw, decide, commit. */
export async function onIncident(
  tx: Transaction,
  operation: Operation,
  target: IncidentTarget,
  rule: (situation: Situation) => Change<Incident, 'incident'> | Promise<Change<Incident, 'incident'>>,
): Promise<Incident> {
  const { incident, act } = await memberActing(tx, operation, target.incidentId);
  expectVersion(incident, target.expectedVersion);
  const known = await knownIncidentFactStore(tx).get(incident.id);
  return commitIncident(tx, await rule({ incident, known, act }));
}

/**
 * The only way to commit an incident: what is announced about it stands in its timeline too, its words are found, evidence
 * begins its chain of custody, its stages reach the plan's tool, and somebody is paged when it opens,
 * until it is closed.
 */
export async function commitIncident(tx: Transaction, change: Change<Incident, 'incident'>): Promise<Incident> {
  const incident = await tx.commit(incidentStore, change);
  const by = { actorId: tx.by.id, now: tx.now, newId: randomUUID };
  await timelineStore(tx).record(entriesFor(incident.id, change.events, by));
  for (const state of firstEntries(incident, change.events)) await tx.commit(custodyStore, { state, events: [] });
  if (change.events.some(({ event }) => event === IncidentOpened || event === IncidentRenamed))
    await addWords(tx, incident.id, `${String(incident.number)} ${incident.title}`);
  for (const delivery of planDeliveries(incident, change.events, by)) await tx.commit(planDeliveryStore, delivery);
  if (change.events.some(({ event }) => event === IncidentOpened))
    await page(tx, { kind: 'INCIDENT_OPENED', incidentId: incident.id, subjectId: incident.id });
  if (incident.status === 'CLOSED') await endPage(tx, 'INCIDENT_OPENED', incident.id);
  return incident;
}

/**
 * The incident, and who acts in it. The role is asked first, so that FORBIDDEN tells nothing (S-3).
 *
 * @throws FORBIDDEN, NOT_FOUND
 */
export async function memberActing(
  tx: Transaction,
  operation: Operation,
  incidentId: string,
): Promise<{ readonly incident: Incident; readonly act: Act }> {
  if (!mayAtAll(tx.by, operation)) throw Forbidden({ operation });
  const incident = await incidentStore(tx).get(incidentId);
  const roles = rolesIn(incident, tx.by.id, tx.now).filter((role) => tx.by.roles.includes(role));
  mustBeAllowed(tx.by, operation, { memberAs: roles });
  return { incident, act: { actorId: tx.by.id, roles, now: tx.now, newId: randomUUID } };
}

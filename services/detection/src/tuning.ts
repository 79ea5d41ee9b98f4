import { randomUUID } from 'node:crypto';
import { mustBeAllowed } from '@tocsin/access';
import type { RootCause } from '@tocsin/contracts';
import { decisionsOf, expectVersion, type Page, type PageOrder, type Transaction } from '@tocsin/database';
import type { Decision } from '@tocsin/contracts';
import { close, find, start, type TuningFinding, type TuningTask } from './domain/tuning.ts';
import { mistakenDetectors } from './store/known-incident-store.ts';
import {
  findingsOf,
  hasDetection,
  isFound,
  saveFinding,
  tuningStore,
  type TuningFilter,
} from './store/tuning-store.ts';

/** A false positive, as it came to be known. */
interface FalsePositive {
  readonly detectorId: string;
  readonly rootCause: RootCause;
  readonly detectionId?: string;
  readonly incidentId?: string;
}

/** Opens the detector's tuning task for the cause, or joins the one that is not finished (R-46, I-8). */
export async function fileFalsePositive(tx: Transaction, found: FalsePositive): Promise<TuningTask> {
  const unfinished = await tuningStore(tx).lockUnfinished(found.detectorId, found.rootCause);
  const { detectorId, detectionId = null, incidentId = null } = found;
  // Dismissed, opened again and dismissed: the task knows it.
  if (unfinished !== null && detectionId !== null && (await hasDetection(tx, unfinished.id, detectionId)))
    return unfinished;
  const task = await tx.commit(tuningStore, find(unfinished, found, { newId: randomUUID(), now: tx.now }));
  await saveFinding(tx, { id: randomUUID(), taskId: task.id, detectorId, detectionId, incidentId, foundAt: tx.now });
  return task;
}

/**
 * Files an incident that was classified as a false positive with each detector whose detection led to it, once however
 * often it is heard. Nothing is taken back if it is classified otherwise later: what was found about the detector was
 * found.
 */
export async function fileIncident(tx: Transaction, incidentId: string): Promise<void> {
  for (const { detectorId, rootCause } of await mistakenDetectors(tx, incidentId)) {
    if (await isFound(tx, incidentId, detectorId)) continue;
    await fileFalsePositive(tx, { detectorId, rootCause, incidentId });
  }
}

interface Order {
  readonly taskId: string;
  readonly expectedVersion: number;
  readonly reason: string;
}

/** Errors: FORBIDDEN, NOT_FOUND, CONCURRENT_CHANGE, and those of `start`. */
export async function startTuningTask(
  tx: Transaction,
  order: Order & { readonly dueAt?: Date | null },
): Promise<TuningTask> {
  mustBeAllowed(tx.by, 'startTuningTask');
  const task = await changing(tx, order);
  return tx.commit(tuningStore, start(task, { ...order, dueAt: order.dueAt ?? null }, actOf(tx)));
}

/** Errors: FORBIDDEN, NOT_FOUND, CONCURRENT_CHANGE, and those of `close`. */
export async function closeTuningTask(
  tx: Transaction,
  order: Order & { readonly outcome: 'DONE' | 'DECLINED' },
): Promise<TuningTask> {
  mustBeAllowed(tx.by, 'closeTuningTask');
  return tx.commit(tuningStore, close(await changing(tx, order), order, actOf(tx)));
}

async function changing(tx: Transaction, { taskId, expectedVersion }: Order): Promise<TuningTask> {
  const task = await tuningStore(tx).get(taskId);
  expectVersion(task, expectedVersion);
  return task;
}

const actOf = (tx: Transaction) => ({ by: tx.by.id, now: tx.now, decisionId: randomUUID() });

/** Errors: FORBIDDEN. */
export function findTuningTask(tx: Transaction, id: string): Promise<TuningTask | null> {
  mustBeAllowed(tx.by, 'read:tuningTask');
  return tuningStore(tx).find(id);
}

/** Errors: FORBIDDEN, INVALID_INPUT. */
export function listTuningTasks(tx: Transaction, order: PageOrder & TuningFilter): Promise<Page<TuningTask>> {
  mustBeAllowed(tx.by, 'read:tuningTask');
  return tuningStore(tx).page(order);
}

/** Errors: FORBIDDEN, INVALID_INPUT. */
export function listFindings(tx: Transaction, taskId: string, order: PageOrder): Promise<Page<TuningFinding>> {
  mustBeAllowed(tx.by, 'read:tuningTask');
  return findingsOf(tx, taskId, order);
}

/** What was decided about a task, oldest first. Errors: FORBIDDEN. */
export function listTuningDecisions(tx: Transaction, taskId: string): Promise<Decision[]> {
  mustBeAllowed(tx.by, 'read:tuningTask');
  return decisionsOf(tx, 'tuningTask', taskId);
}

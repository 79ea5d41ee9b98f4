import { randomUUID } from 'node:crypto';
import type { Change } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import { declare, execute, notStarted, prepare, settle, standDown, type Cin, type Standing } from './domain/cin.ts';
import { isAffected } from './domain/notice.ts';
import { isTerminal, openContractObligation, type Obligation } from './domain/obligation.ts';
import { owesWithdrawals } from './domain/withdrawal.ts';
import { marked } from './exercise-mark.ts';
import { listScopes } from './store/known-facts-store.ts';
import { cinStore, listNotices, listObligations, lockCin, obligationStore } from './store/stores.ts';

/* The Customer Incident Notification process, driven by the gates that classification announces. */

export async function getCin(tx: Transaction, incidentId: string): Promise<Cin> {
  return (await cinStore(tx).find(incidentId)) ?? notStarted(incidentId);
}

/** The process, locked until the end of the transaction: of two changes at one moment the later one sees the earlier. */
export async function lockedCin(tx: Transaction, incidentId: string): Promise<Cin> {
  return (await lockCin(tx, incidentId)) ?? notStarted(incidentId);
}

export const move = async (tx: Transaction, change: Change<Cin, 'notification'> | null): Promise<void> => {
  if (change !== null) await tx.commit(cinStore, await marked(tx, change.state.id, change));
};

export const prepareCin = async (tx: Transaction, incidentId: string): Promise<void> =>
  move(tx, prepare(await lockedCin(tx, incidentId), tx.now));

export const standDownCin = async (tx: Transaction, incidentId: string): Promise<void> =>
  move(tx, standDown(await lockedCin(tx, incidentId), owesWithdrawals(await listNotices(tx, incidentId)), tx.now));

export const declareCin = async (tx: Transaction, incidentId: string, declaredAt: Date): Promise<void> =>
  move(tx, declare(await lockedCin(tx, incidentId), declaredAt, tx.now));

export const executeCin = async (tx: Transaction, incidentId: string): Promise<void> =>
  move(tx, execute(await lockedCin(tx, incidentId), tx.now));

/** Each affected tenant gets its own clock, also one that turns out to be affected later (I-27). */
export async function openObligations(tx: Transaction, incidentId: string): Promise<void> {
  const { declaredAt } = await lockedCin(tx, incidentId);
  if (declaredAt === null) return;
  const owed = new Set((await listObligations(tx, incidentId)).filter(startedAt(declaredAt)).map(tenantOf));
  for (const { tenantId } of (await listScopes(tx, incidentId)).filter(isAffected)) {
    if (owed.has(tenantId)) continue;
    const order = { id: randomUUID(), incidentId, tenantId, declaredAt };
    await tx.commit(obligationStore, openContractObligation(order, tx.now));
  }
  await settleCin(tx, incidentId);
}

/** Moves the process to where its obligations have brought it, step by step. */
export async function settleCin(tx: Transaction, incidentId: string): Promise<void> {
  const cin = await lockedCin(tx, incidentId);
  if (cin.declaredAt === null) return;
  const standing = standingOf(await listObligations(tx, incidentId), cin.declaredAt);
  for (let change = settle(cin, standing, tx.now); change !== null; change = settle(change.state, standing, tx.now))
    await move(tx, change);
}

function standingOf(obligations: readonly Obligation[], declaredAt: Date): Standing {
  const open = obligations.filter((obligation) => !isTerminal(obligation));
  return {
    allMet: obligations.some(startedAt(declaredAt)) && open.length === 0,
    allHeld: open.length > 0 && open.every(({ heldSince }) => heldSince !== null),
  };
}

/** Of this declaration, not of one that was retracted before. */
const startedAt =
  (declaredAt: Date) =>
  ({ startsAt }: Obligation): boolean =>
    startsAt.getTime() === declaredAt.getTime();

const tenantOf = ({ tenantId }: Obligation): string => tenantId;

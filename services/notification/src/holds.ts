import { randomUUID } from 'node:crypto';
import { mayAtAll, type Operation } from '@tocsin/access';
import { HoldGround } from '@tocsin/contracts';
import { expectVersion, type Transaction } from '@tocsin/database';
import { ExerciseIsolated, Forbidden, NotFound } from '@tocsin/errors';
import { z } from 'zod';
import { lockedCin, settleCin } from './cins.ts';
import {
  approve,
  holdApprovers,
  isActive,
  missingApprovals,
  place,
  reject,
  release,
  renew,
  type Hold,
} from './domain/hold.ts';
import { WrongApprover } from './domain/errors.ts';
import { holdBack, letGo, type Obligation } from './domain/obligation.ts';
import { actOf, mustBeMember } from './relation.ts';
import { holdStore, listActiveHolds, listHolds } from './store/hold-store.ts';
import { findExerciseOf, rolesIn } from './store/known-facts-store.ts';
import { listObligations, obligationStore } from './store/stores.ts';

/* Holds of notices: placed by the incident manager, approved by others, ended by a decision only. */

const text = z.string().max(16_384);

const PlaceOrder = z.object({
  incidentId: z.uuid(),
  ground: HoldGround,
  obligationIds: z.array(z.uuid()).min(1).max(1_000),
  rationale: text,
  affectedOthers: text.nullish(),
  reviewAt: z.date(),
});

/** Errors: EXERCISE_ISOLATED (I-35), NOT_FOUND for obligations of other incidents, and those of `place`. */
export async function placeHold(tx: Transaction, input: z.input<typeof PlaceOrder>): Promise<Hold> {
  const role = await mustBeMember(tx, 'placeHold', input.incidentId);
  const { incidentId, obligationIds, affectedOthers = null, ...order } = PlaceOrder.parse(input);
  if ((await findExerciseOf(tx, incidentId)) !== null) throw ExerciseIsolated();
  const obligations = await namedOf(tx, incidentId, new Set(obligationIds));
  const proposal = { id: randomUUID(), incidentId, affectedOthers, ...order };
  return tx.commit(holdStore, place(proposal, obligations, actOf(tx, role, order.rationale)));
}

/** One step of a hold that exists: which, in which version, and why. */
export interface HoldOrder {
  readonly holdId: string;
  readonly expectedVersion: number;
  readonly reason: string;
}

const ApproverRole = z.enum(holdApprovers);

/** In one of the caller's own roles in the incident. Errors: those of `approve`. */
export async function approveHold(tx: Transaction, order: HoldOrder & { readonly role: string }): Promise<Hold> {
  const { hold } = await getHold(tx, 'approveHold', order);
  const role = ApproverRole.parse(order.role);
  const own = (await rolesIn(tx, hold.incidentId, tx.by.id)).filter((held) => tx.by.roles.includes(held));
  if (!own.includes(role)) throw WrongApprover({ missing: missingApprovals(hold) });
  await lockedCin(tx, hold.incidentId);
  const obligations = await namedOf(tx, hold.incidentId, new Set(hold.obligationIds));
  const approved = await tx.commit(holdStore, approve(hold, obligations, actOf(tx, role, order.reason)));
  if (isActive(approved)) await stop(tx, approved.incidentId, obligations);
  return approved;
}

/** Errors: those of `reject`. */
export async function rejectHold(tx: Transaction, order: HoldOrder): Promise<Hold> {
  const { hold, role } = await getHold(tx, 'rejectHold', order);
  return tx.commit(holdStore, reject(hold, actOf(tx, role, order.reason)));
}

/** Errors: those of `renew`. */
export async function renewHold(tx: Transaction, order: HoldOrder & { readonly reviewAt: Date }): Promise<Hold> {
  const { hold, role } = await getHold(tx, 'renewHold', order);
  return tx.commit(holdStore, renew(hold, order.reviewAt, actOf(tx, role, order.reason)));
}

/** What waited in the queue leaves right after. Errors: those of `release`. */
export async function releaseHold(tx: Transaction, order: HoldOrder): Promise<Hold> {
  const { hold, role } = await getHold(tx, 'releaseHold', order);
  await lockedCin(tx, hold.incidentId);
  const released = await tx.commit(holdStore, release(hold, actOf(tx, role, order.reason)));
  await goOn(tx, released);
  return released;
}

/** The declaration is retracted, so what they stop is owed no more. The process is locked. */
export async function endHolds(tx: Transaction, incidentId: string): Promise<void> {
  for (const hold of await listHolds(tx, incidentId)) {
    const act = actOf(tx, tx.by.kind, 'the declaration was retracted');
    if (hold.state === 'PROPOSED') await tx.commit(holdStore, reject(hold, act));
    if (isActive(hold)) await goOn(tx, await tx.commit(holdStore, release(hold, act)));
  }
}

async function stop(tx: Transaction, incidentId: string, obligations: readonly Obligation[]): Promise<void> {
  for (const obligation of obligations) {
    const change = holdBack(obligation, tx.now);
    if (change !== null) await tx.commit(obligationStore, change);
  }
  await settleCin(tx, incidentId);
}

/** What another ACTIVE hold names too stays held. */
async function goOn(tx: Transaction, { incidentId, obligationIds }: Hold): Promise<void> {
  const active = await listActiveHolds(tx, incidentId);
  const stillHeld = new Set(active.flatMap((hold) => hold.obligationIds));
  const freed = new Set(obligationIds.filter((id) => !stillHeld.has(id)));
  for (const obligation of await namedOf(tx, incidentId, freed)) {
    const change = letGo(obligation, tx.now);
    if (change !== null) await tx.commit(obligationStore, change);
  }
  await settleCin(tx, incidentId);
}

/** @throws NOT_FOUND, if one is not of this incident */
async function namedOf(tx: Transaction, incidentId: string, ids: ReadonlySet<string>): Promise<readonly Obligation[]> {
  const named = (await listObligations(tx, incidentId)).filter(({ id }) => ids.has(id));
  if (named.length !== ids.size) throw NotFound();
  return named;
}

/** The role is asked before the object, so that FORBIDDEN tells nothing of it (S-3). */
async function getHold(
  tx: Transaction,
  operation: Operation,
  { holdId, expectedVersion }: HoldOrder,
): Promise<{ readonly hold: Hold; readonly role: string }> {
  if (!mayAtAll(tx.by, operation)) throw Forbidden({ operation });
  const hold = await holdStore(tx).get(holdId);
  const role = await mustBeMember(tx, operation, hold.incidentId);
  expectVersion(hold, expectedVersion);
  return { hold, role };
}

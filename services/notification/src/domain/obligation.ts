import {
  ObligationChanged,
  ObligationOpened,
  occurred,
  type Change,
  type ClockState,
  type HoldGround,
} from '@tocsin/contracts';

/** A rule of the catalogue (`domain.md` section 9), as far as it says how its clock runs. */
export interface Rule {
  readonly ruleId: string;
  readonly ruleVersion: number;
  /** From the anchor on. */
  readonly hours: number;
  /** The only grounds on which its notices may be held (I-16). */
  readonly holdGrounds: readonly HoldGround[];
  /** After a hold that stood over the end of the clock: the notice is still in time for so long (proposal). */
  readonly graceHours: number;
}

/** The seed pages' promise: no more than 72 hours from the declaration (R-84), but for two grounds (R-85, R-86). */
export const contractRule: Rule = {
  ruleId: 'CONTRACT_CRSPI',
  ruleVersion: 1,
  hours: 72,
  holdGrounds: ['RISK_TO_OTHER_CUSTOMERS', 'EXTREME_CIRCUMSTANCES'],
  graceHours: 4,
};

const catalogue: readonly Rule[] = [contractRule];

/** @throws Error if the catalogue has no such rule. */
export function ruleOf({ ruleId }: Pick<Obligation, 'ruleId'>): Rule {
  const rule = catalogue.find((known) => known.ruleId === ruleId);
  if (rule === undefined) throw new Error(`The catalogue has no rule ${ruleId}.`);
  return rule;
}

/** One tenant's claim to a notice under one rule. */
export interface Obligation {
  readonly id: string;
  readonly version: number;
  readonly incidentId: string;
  readonly tenantId: string;
  readonly ruleId: string;
  readonly ruleVersion: number;
  /** The anchor: when the breach was declared. */
  readonly startsAt: Date;
  readonly dueAt: Date;
  /** The first effective delivery. */
  readonly metAt: Date | null;
  /** When the declaration it came from was retracted, unless it was met by then. */
  readonly cancelledAt: Date | null;
  /** Since when ACTIVE holds stop its sending, without a break; null while none does. */
  readonly heldSince: Date | null;
  /** A hold stood over `dueAt`: until then, exclusive, the first effective delivery is in time. */
  readonly graceUntil: Date | null;
  /** It was met after `dueAt`, and in time all the same: a hold stood over it. */
  readonly heldPastDue: boolean;
}

const hour = 3_600_000;

export interface ObligationOrder {
  readonly id: string;
  readonly incidentId: string;
  readonly tenantId: string;
  readonly declaredAt: Date;
}

const notHeld = { heldSince: null, graceUntil: null, heldPastDue: false };

/** Opens the contract obligation; weekends count, and clock changes do not (ABSOLUTE_HOURS). */
export function openContractObligation(order: ObligationOrder, now: Date): Change<Obligation, 'notification'> {
  const { id, incidentId, tenantId, declaredAt } = order;
  const { ruleId, ruleVersion, hours } = contractRule;
  const dueAt = new Date(declaredAt.getTime() + hours * hour);
  const open = { startsAt: declaredAt, dueAt, metAt: null, cancelledAt: null, ...notHeld };
  const state = { id, version: 1, incidentId, tenantId, ruleId, ruleVersion, ...open };
  return { state, events: [occurred(ObligationOpened, factsOf(state, now))] };
}

/**
 * The running clock at an instant: DUE_SOON in the last third, MET_LATE for ever once the first delivery was late (I-20).
 * It is HELD, beyond `dueAt` too, only if the hold began before `dueAt`: what is OVERDUE stays so.
 */
export function clockOf(obligation: Obligation, now: Date): ClockState {
  const { startsAt, dueAt, metAt, cancelledAt, heldPastDue } = obligation;
  if (cancelledAt !== null) return 'CANCELLED';
  if (metAt !== null) return metAt < dueAt || heldPastDue ? 'MET' : 'MET_LATE';
  if (isHeldInTime(obligation)) return 'HELD';
  if (now >= dueAt) return 'OVERDUE';
  const left = dueAt.getTime() - now.getTime();
  return left * 3 <= dueAt.getTime() - startsAt.getTime() ? 'DUE_SOON' : 'RUNNING';
}

const isHeldInTime = ({ heldSince, dueAt }: Obligation): boolean => heldSince !== null && heldSince < dueAt;

/** Met or cancelled: nothing is owed any more. */
export const isTerminal = ({ metAt, cancelledAt }: Obligation): boolean => metAt !== null || cancelledAt !== null;

/** The first effective delivery meets it; later ones change nothing. */
export function meet(obligation: Obligation, at: Date): Change<Obligation, 'notification'> | null {
  if (isTerminal(obligation)) return null;
  return moved(obligation, { metAt: at, heldSince: null, heldPastDue: isExcused(obligation, at) }, at);
}

/** Late only because it was not allowed to be sent: while it is held a mail may still arrive that left before. */
const isExcused = (obligation: Obligation, at: Date): boolean =>
  at >= obligation.dueAt &&
  (isHeldInTime(obligation) || (obligation.graceUntil !== null && at < obligation.graceUntil));

/** The declaration is retracted: the clock stops, however it stood. What is met stays met. */
export const cancel = (obligation: Obligation, at: Date): Change<Obligation, 'notification'> | null =>
  isTerminal(obligation) ? null : moved(obligation, { cancelledAt: at, heldSince: null }, at);

/** An ACTIVE hold names it: nothing is sent for it; `dueAt` stays (I-14). */
export const holdBack = (obligation: Obligation, at: Date): Change<Obligation, 'notification'> | null =>
  isTerminal(obligation) || obligation.heldSince !== null ? null : moved(obligation, { heldSince: at }, at);

/** The last ACTIVE hold that named it is released: the clock goes on by time. */
export function letGo(obligation: Obligation, at: Date): Change<Obligation, 'notification'> | null {
  if (obligation.heldSince === null) return null;
  const stoodOver = isHeldInTime(obligation) && at >= obligation.dueAt;
  const graceUntil = new Date(at.getTime() + ruleOf(obligation).graceHours * hour);
  return moved(obligation, { heldSince: null, ...(stoodOver && { graceUntil }) }, at);
}

/** Announced if the clock shows something else now. */
function moved(obligation: Obligation, patch: Partial<Obligation>, at: Date): Change<Obligation, 'notification'> {
  const state = { ...obligation, ...patch, version: obligation.version + 1 };
  const isShown = clockOf(state, at) !== clockOf(obligation, at);
  return { state, events: isShown ? [occurred(ObligationChanged, factsOf(state, at))] : [] };
}

const factsOf = (obligation: Obligation, now: Date) => ({
  incidentId: obligation.incidentId,
  obligationId: obligation.id,
  ruleId: obligation.ruleId,
  ruleVersion: obligation.ruleVersion,
  tenantId: obligation.tenantId,
  clock: clockOf(obligation, now),
  dueAt: obligation.dueAt.toISOString(),
  ...(obligation.metAt !== null && { metAt: obligation.metAt.toISOString() }),
  ...(obligation.heldPastDue && { heldPastDue: true }),
  at: now.toISOString(),
});

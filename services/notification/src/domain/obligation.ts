import { ObligationChanged, ObligationOpened, occurred, type Change, type ClockState } from '@tocsin/contracts';

/** The seed pages' promise: no more than 72 hours from the declaration (R-84). */
export const contractRule = { ruleId: 'CONTRACT_CRSPI', ruleVersion: 1, hours: 72 } as const;

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
}

const hour = 3_600_000;

export interface ObligationOrder {
  readonly id: string;
  readonly incidentId: string;
  readonly tenantId: string;
  readonly declaredAt: Date;
}

/** Opens the contract obligation; weekends count, and clock changes do not (ABSOLUTE_HOURS). */
export function openContractObligation(order: ObligationOrder, now: Date): Change<Obligation, 'notification'> {
  const { id, incidentId, tenantId, declaredAt } = order;
  const { ruleId, ruleVersion, hours } = contractRule;
  const dueAt = new Date(declaredAt.getTime() + hours * hour);
  const open = { startsAt: declaredAt, dueAt, metAt: null, cancelledAt: null };
  const state = { id, version: 1, incidentId, tenantId, ruleId, ruleVersion, ...open };
  return { state, events: [occurred(ObligationOpened, factsOf(state, now))] };
}

/** The running clock at an instant: DUE_SOON in the last third, MET_LATE for ever once the first delivery was late (I-20). */
export function clockOf(obligation: Obligation, now: Date): ClockState {
  const { startsAt, dueAt, metAt, cancelledAt } = obligation;
  if (cancelledAt !== null) return 'CANCELLED';
  if (metAt !== null) return metAt < dueAt ? 'MET' : 'MET_LATE';
  if (now >= dueAt) return 'OVERDUE';
  const left = dueAt.getTime() - now.getTime();
  return left * 3 <= dueAt.getTime() - startsAt.getTime() ? 'DUE_SOON' : 'RUNNING';
}

/** Met or cancelled: nothing is owed any more. */
export const isTerminal = ({ metAt, cancelledAt }: Obligation): boolean => metAt !== null || cancelledAt !== null;

/** The first effective delivery meets it; later ones change nothing. */
export function meet(obligation: Obligation, at: Date): Change<Obligation, 'notification'> | null {
  if (isTerminal(obligation)) return null;
  const state = { ...obligation, metAt: at, version: obligation.version + 1 };
  return { state, events: [occurred(ObligationChanged, factsOf(state, at))] };
}

/** The declaration is retracted: the clock stops, however it stood. What is met stays met. */
export function cancel(obligation: Obligation, at: Date): Change<Obligation, 'notification'> | null {
  if (isTerminal(obligation)) return null;
  const state = { ...obligation, cancelledAt: at, version: obligation.version + 1 };
  return { state, events: [occurred(ObligationChanged, factsOf(state, at))] };
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
  at: now.toISOString(),
});

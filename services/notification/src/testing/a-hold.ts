import type { HoldGround } from '@tocsin/contracts';
import { approve, place, type Hold, type HoldApprover, type HoldOrder } from '../domain/hold.ts';
import type { Act } from '../domain/notice.ts';
import { meet, openContractObligation, type Obligation } from '../domain/obligation.ts';
import { adviser, later, now } from './a-notice.ts';

/* What the specs of holds start from. */

export const hourMs = 3_600_000;
export const inHours = (n: number): Date => later(n * hourMs);

/** A UUID that ends in the number. */
const idOf = (n: number): string => `0b000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** Opened `now`, due in 72 hours. */
export const anObligation = (n = 1): Obligation => {
  const order = { id: idOf(n), incidentId: idOf(900), tenantId: idOf(100 + n), declaredAt: now };
  return openContractObligation(order, now).state;
};
export const aMet = (n = 1): Obligation => meet(anObligation(n), inHours(1))?.state ?? anObligation(n);

export const placer: Act = { ...adviser, by: 'user:ima', role: 'INCIDENT_MANAGER', reason: 'the keys are shared' };
export const actIn = (role: string, by: string, at = now): Act => ({ ...adviser, by, role, now: at });
export const asLegal = actIn('LEGAL', 'user:leo');
export const asExecutive = actIn('EXECUTIVE_INCIDENT_MANAGER', 'user:exe');

export const aHoldOrder = (patch: Partial<HoldOrder> = {}): HoldOrder => ({
  id: idOf(500),
  incidentId: idOf(900),
  ground: 'RISK_TO_OTHER_CUSTOMERS',
  rationale: placer.reason,
  affectedOthers: 'those with the same keys',
  reviewAt: inHours(24),
  ...patch,
});

export const aProposal = (ground: HoldGround = 'RISK_TO_OTHER_CUSTOMERS'): Hold =>
  place(aHoldOrder({ ground }), [anObligation()], placer).state;

/** With these approvals, each by somebody of his own. */
export const approvedBy = (hold: Hold, ...roles: HoldApprover[]): Hold =>
  roles.reduce((held, role) => approve(held, [anObligation()], role === 'LEGAL' ? asLegal : asExecutive).state, hold);

export const anActive = (): Hold => approvedBy(aProposal(), 'LEGAL');

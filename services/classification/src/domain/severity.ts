import type {
  CustomerDataRisk,
  FunctionalImpact,
  InformationImpact,
  Priority,
  Recoverability,
  Severity,
} from '@tocsin/contracts';
import { ImpactNoneExclusive } from './errors.ts';

/** What is rated; severity and priority follow. */
export interface Impacts {
  readonly functional: FunctionalImpact;
  readonly information: readonly InformationImpact[];
  readonly recoverability: Recoverability;
  readonly customerDataRisk: CustomerDataRisk;
}

export interface Rating {
  readonly severity: Severity;
  readonly priority: Priority;
}

/** Version of the numbers below; stored with each decision. */
export const severityPolicyVersion = '2026-11';

const severities = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const satisfies readonly Severity[];
const priorities = ['P4', 'P3', 'P2', 'P1'] as const satisfies readonly Priority[];
const functionalWeight: Readonly<Record<FunctionalImpact, number>> = { NONE: 0, LOW: 1, MEDIUM: 2, HIGH: 3 };

/**
 * Severity and priority from the impacts (`domain.md` section 8; NIST SP 800-61 r2 §3.2.6). A risk to customer data that
 * is imminent or confirmed is never below HIGH (R-42, I-11). Errors: IMPACT_NONE_EXCLUSIVE.
 */
export function rate({ functional, information, recoverability, customerDataRisk }: Impacts): Rating {
  if (information.includes('NONE') && information.length > 1) throw ImpactNoneExclusive();
  const informationWeight = information.includes('NONE') ? 0 : 2;
  const base = Math.max(functionalWeight[functional], informationWeight) + Number(recoverability === 'NOT_RECOVERABLE');
  const floor = isAtRisk(customerDataRisk) ? 2 : 0;
  const severity = Math.max(floor, Math.min(3, base));
  const urgency = Number(recoverability === 'EXTENDED' || recoverability === 'NOT_RECOVERABLE');
  const priority = Math.min(3, severity + urgency);
  return { severity: severities[severity] ?? 'CRITICAL', priority: priorities[priority] ?? 'P1' };
}

/** Worked on around the clock until it is NONE again, with evidence. */
export const isAtRisk = (risk: CustomerDataRisk): boolean => risk === 'IMMINENT' || risk === 'CONFIRMED';

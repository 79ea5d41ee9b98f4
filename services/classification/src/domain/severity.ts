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
export function rate(impacts: Impacts): Rating {
  const { severity, priority } = weigh(impacts);
  return { severity: severityOf(severity), priority: priorities[priority] ?? 'P1' };
}

/** Why `rate` answers as it does: one sentence for each step that changed something. Errors: as `rate`. */
export function reasonsFor(impacts: Impacts): readonly string[] {
  const { functional, information, base, raised, severity, priority } = weigh(impacts);
  const steps: readonly (readonly [boolean, string])[] = [
    [base === 0, 'Neither function nor information is impaired: severity starts at LOW.'],
    [base > 0 && functional === base, `Functional impact ${impacts.functional} makes severity ${severityOf(base)}.`],
    [base > 0 && information === base, `An impact on information makes severity ${severityOf(base)}.`],
    [raised > base, `Recovery is not possible: that raises severity to ${severityOf(raised)}.`],
    [severity > raised, `The risk to customer data is ${impacts.customerDataRisk}: severity is never below HIGH.`],
    [priority > severity, `Recovery is ${impacts.recoverability}: priority is one step higher.`],
  ];
  return steps.filter(([changed]) => changed).map(([, reason]) => reason);
}

/** The numbers behind both, from 0 to 3. */
function weigh({ functional, information, recoverability, customerDataRisk }: Impacts) {
  if (information.includes('NONE') && information.length > 1) throw ImpactNoneExclusive();
  const weights = { functional: functionalWeight[functional], information: information.includes('NONE') ? 0 : 2 };
  const base = Math.max(weights.functional, weights.information);
  const raised = Math.min(3, base + Number(recoverability === 'NOT_RECOVERABLE'));
  const severity = Math.max(isAtRisk(customerDataRisk) ? 2 : 0, raised);
  const urgency = Number(recoverability === 'EXTENDED' || recoverability === 'NOT_RECOVERABLE');
  return { ...weights, base, raised, severity, priority: Math.min(3, severity + urgency) };
}

const severityOf = (weight: number): Severity => severities[weight] ?? 'CRITICAL';

/** Worked on around the clock until it is NONE again, with evidence. */
export const isAtRisk = (risk: CustomerDataRisk): boolean => risk === 'IMMINENT' || risk === 'CONFIRMED';

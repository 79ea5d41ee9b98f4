import type { Decision } from '@tocsin/contracts';
import { decisionsOf, type Transaction } from '@tocsin/database';
import type { DecisionValues } from './domain/decision-values.ts';

/** A decision together with what it says. */
export type Told<K extends keyof DecisionValues> = Omit<Decision, 'value'> & DecisionValues[K];

/** Every decision of one kind about an incident, oldest first: what was thought before stays (R-41, I-12). */
export async function listDecisions<K extends keyof DecisionValues>(
  tx: Transaction,
  incidentId: string,
  kind: K,
): Promise<readonly Told<K>[]> {
  const decisions = await decisionsOf(tx, 'classification', incidentId, kind);
  return decisions.map(({ value, ...decision }) => ({ ...decision, ...(value as DecisionValues[K]) }));
}

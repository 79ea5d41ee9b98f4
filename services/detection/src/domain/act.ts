import type { Decision } from '@tocsin/contracts';
import { ReasonRequired } from '@tocsin/errors';

/** Who decides, when, and under which id the decision is kept. */
export interface Act {
  readonly by: string;
  readonly now: Date;
  readonly decisionId: string;
}

/** The decision as it is kept. Errors: REASON_REQUIRED. */
export function decided(
  { by, now, decisionId }: Act,
  { kind, value, role, reason }: Pick<Decision, 'kind' | 'value' | 'role' | 'reason'>,
): Decision {
  const why = reason.trim();
  if (why === '') throw ReasonRequired();
  return {
    id: decisionId,
    kind,
    value,
    actorId: by,
    role,
    at: now,
    reason: why,
    evidenceIds: [],
    policyVersion: '1',
  };
}

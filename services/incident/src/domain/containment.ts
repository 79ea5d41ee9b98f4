import { ContainmentVerified, occurred, StaffRole, type Change } from '@tocsin/contracts';
import { SamePersonRefused } from '@tocsin/errors';
import { actingAs, decided, mustBeEvidenced, mustBeOpen, type Act } from './act.ts';
import { isInvolved } from './actions.ts';
import { BothRisksRequired, StageTooEarly } from './errors.ts';
import { about, next, type Incident } from './incident.ts';

export interface ContainmentOrder {
  /** Why the risk to customers is contained. */
  readonly customerRisk: string | null;
  /** Why the risk to the business is contained. */
  readonly businessRisk: string | null;
  readonly evidenceIds: readonly string[];
}

/**
 * Somebody who neither did the containment nor said that it is done verifies, on evidence, that customer and business
 * risk are contained (R-70, I-30).
 *
 * Errors: INCIDENT_CLOSED, STAGE_TOO_EARLY, BOTH_RISKS_REQUIRED, SAME_PERSON_REFUSED, EVIDENCE_REQUIRED,
 * EVIDENCE_UNKNOWN.
 */
export function verifyContainment(incident: Incident, order: ContainmentOrder, act: Act): Change<Incident, 'incident'> {
  const role = actingAs(act, StaffRole.options);
  mustBeOpen(incident);
  if (incident.stage === 'DETECT' || incident.stage === 'ASSESS')
    throw StageTooEarly({ stage: incident.stage, needed: 'DIAGNOSE' });
  const { evidenceIds } = order;
  const [customerRisk, businessRisk] = [order.customerRisk?.trim() ?? '', order.businessRisk?.trim() ?? ''];
  if (customerRisk === '' || businessRisk === '') throw BothRisksRequired();
  if (incident.actions.some((action) => action.kind === 'CONTAINMENT' && isInvolved(action, act.actorId)))
    throw SamePersonRefused();
  mustBeEvidenced(incident, { reason: customerRisk, evidenceIds });
  const state = next(incident, { containment: { verifiedBy: act.actorId, verifiedAt: act.now } });
  return {
    state,
    events: [occurred(ContainmentVerified, about(state, act.now))],
    decisions: [
      decided(act, role, 'customerRisk', 'CONTAINED', { reason: customerRisk, evidenceIds }),
      decided(act, role, 'businessRisk', 'CONTAINED', { reason: businessRisk, evidenceIds }),
    ],
  };
}

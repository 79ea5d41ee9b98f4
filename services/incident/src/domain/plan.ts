import type { Change } from '@tocsin/contracts';
import { InvalidInput } from '@tocsin/errors';
import { actingAs, type Act } from './act.ts';
import { next, type Incident } from './incident.ts';

export interface PlanRefOrder {
  /** How the plan's own tool calls the incident; null if it does not know it. */
  readonly planRef: string | null;
}

const longest = 200;

/**
 * Says under which reference the incident management plan, of which this response is a subset, has the incident
 * . No event: a reference is somebody's text (S-49).
 *
 * Errors: FORBIDDEN, INVALID_INPUT.
 */
export function setPlanRef(incident: Incident, order: PlanRefOrder, act: Act): Change<Incident, 'incident'> {
  actingAs(act, ['INCIDENT_MANAGER']);
  const planRef = order.planRef?.trim() ?? null;
  if (planRef !== null && (planRef.length < 1 || planRef.length > longest || /\p{Cc}/u.test(planRef)))
    throw InvalidInput({ field: 'planRef', reason: `must have 1 to ${String(longest)} characters on one line` });
  return { state: next(incident, { planRef }), events: [] };
}

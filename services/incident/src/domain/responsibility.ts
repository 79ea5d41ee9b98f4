import { occurred, ResponsibilityDecided, type Change, type Responsibility } from '@tocsin/contracts';
import { actingAs, decided, mustBeEvidenced, mustBeOpen, type Act, type Grounds } from './act.ts';
import { ResponsibilityConflict } from './errors.ts';
import { about, next, type Incident } from './incident.ts';
import type { KnownFacts } from './known-facts.ts';

export interface ResponsibilityOrder extends Grounds {
  readonly responsibility: Responsibility;
}

/**
 * Decides who is accountable under the shared responsibility model. CUSTOMER excludes any notification of ours
 * (I-4), so it contradicts a declaration and a notification that has begun.
 *
 * Errors: INCIDENT_CLOSED, REASON_REQUIRED, EVIDENCE_REQUIRED, EVIDENCE_UNKNOWN, RESPONSIBILITY_CONFLICT.
 */
export function decideResponsibility(
  incident: Incident,
  order: ResponsibilityOrder,
  known: KnownFacts,
  act: Act,
): Change<Incident, 'incident'> {
  const { responsibility } = order;
  const role = actingAs(act, ['INCIDENT_MANAGER', 'RESPONDER']);
  mustBeOpen(incident);
  mustBeEvidenced(incident, order);
  if (responsibility === 'CUSTOMER' && (known.crspi === 'DECLARED' || isUnderWay(known)))
    throw ResponsibilityConflict({ crspi: known.crspi, cin: known.cin });
  const state = next(incident, { responsibility });
  return {
    state,
    events: [occurred(ResponsibilityDecided, { ...about(state, act.now), responsibility })],
    decisions: [decided(act, role, 'responsibility', responsibility, order)],
  };
}

const isUnderWay = ({ cin }: KnownFacts): boolean => cin !== 'NOT_STARTED' && cin !== 'STOOD_DOWN';

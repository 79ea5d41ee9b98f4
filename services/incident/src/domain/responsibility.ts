import { HandOverIssued, occurred, ResponsibilityDecided, type Change, type Responsibility } from '@tocsin/contracts';
import { actingAs, decided, mustBeEvidenced, mustBeOpen, type Act, type Grounds } from './act.ts';
import { ResponsibilityConflict, TenantRequired, TenantUnknown } from './errors.ts';
import { about, next, type Incident } from './incident.ts';
import { isUnderWay, type KnownFacts } from './known-facts.ts';

export interface ResponsibilityOrder extends Grounds {
  readonly responsibility: Responsibility;
  /** Who leads if the customer is accountable; null for the tenants whom the detections concern. */
  readonly tenantIds: readonly string[] | null;
}

/** What is known when the responsibility is decided. */
export interface KnownAtDecision extends KnownFacts {
  /** The tenants whom the incident's detections concern. */
  readonly concernedTenantIds: readonly string[];
  /** Those of the tenants in question that the directory has. */
  readonly listedTenantIds: readonly string[];
}

/**
 * Decides who is accountable under the shared responsibility model. CUSTOMER excludes any notification of ours
 * (I-4), so it contradicts a declaration and a notification that has begun; instead the incident is handed over to each
 * tenant it is about.
 *
 * Errors: INCIDENT_CLOSED, REASON_REQUIRED, EVIDENCE_REQUIRED, EVIDENCE_UNKNOWN, RESPONSIBILITY_CONFLICT,
 * TENANT_REQUIRED, TENANT_UNKNOWN.
 */
export function decideResponsibility(
  incident: Incident,
  order: ResponsibilityOrder,
  known: KnownAtDecision,
  act: Act,
): Change<Incident, 'incident'> {
  const { responsibility } = order;
  const role = actingAs(act, ['INCIDENT_MANAGER', 'RESPONDER']);
  mustBeOpen(incident);
  mustBeEvidenced(incident, order);
  const tenantIds = responsibility === 'CUSTOMER' ? leadingTenants(order, known) : [];
  const state = next(incident, { responsibility });
  const facts = about(state, act.now);
  const handOver = decided(act, role, 'handOver', { tenantIds }, order);
  return {
    state,
    events: [
      occurred(ResponsibilityDecided, { ...facts, responsibility }),
      ...tenantIds.map((tenantId) => occurred(HandOverIssued, { ...facts, tenantId })),
    ],
    decisions: [
      decided(act, role, 'responsibility', responsibility, order),
      ...(responsibility === 'CUSTOMER' ? [handOver] : []),
    ],
  };
}

/** @throws RESPONSIBILITY_CONFLICT, TENANT_REQUIRED, TENANT_UNKNOWN */
function leadingTenants(order: ResponsibilityOrder, known: KnownAtDecision): readonly string[] {
  const { crspi, cin, concernedTenantIds, listedTenantIds } = known;
  if (crspi === 'DECLARED' || isUnderWay(known)) throw ResponsibilityConflict({ crspi, cin });
  const tenantIds = [...new Set(order.tenantIds ?? concernedTenantIds)];
  if (tenantIds.length === 0) throw TenantRequired();
  const unknown = tenantIds.filter((id) => !listedTenantIds.includes(id));
  if (unknown.length > 0) throw TenantUnknown({ tenantIds: unknown });
  return tenantIds;
}

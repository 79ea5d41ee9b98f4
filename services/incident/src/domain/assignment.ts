import type { Change, Environment, StaffRole } from '@tocsin/contracts';
import { SamePersonRefused, TimeOrderInvalid } from '@tocsin/errors';
import { actingAs, decided, mustBeGrounded, type Act, type Grounds } from './act.ts';
import { PrincipalNotEligible } from './errors.ts';
import { next, rolesIn, type Incident, type Member } from './incident.ts';
import { joined } from './opening.ts';
import type { StaffMember } from './staff.ts';

export interface AssignmentOrder extends Grounds {
  readonly role: StaffRole;
  readonly principalId: string;
  /** Of which environments the member may see and handle evidence; none if not given. */
  readonly environments?: readonly Environment[];
  /** The end of the membership; without it the membership is for good. */
  readonly until: Date | null;
}

/**
 * Joins somebody of the staff directory in one of his roles, or changes the end or the environments of his membership. A responder takes
 * the call, and a manager the incident, if nobody present holds it.
 *
 * Errors: REASON_REQUIRED, EVIDENCE_UNKNOWN, SAME_PERSON_REFUSED, PRINCIPAL_NOT_ELIGIBLE, TIME_ORDER_INVALID.
 */
export function assign(
  incident: Incident,
  order: AssignmentOrder,
  person: StaffMember | null,
  act: Act,
): Change<Incident, 'incident'> {
  const { role, principalId, until } = order;
  const environments = [...new Set(order.environments)];
  const actorRole = actingAs(act, ['INCIDENT_MANAGER']);
  mustBeGrounded(incident, order);
  if (principalId === act.actorId) throw SamePersonRefused();
  if (person?.roles.includes(role) !== true) throw PrincipalNotEligible({ role });
  if (until !== null && until <= act.now) throw TimeOrderInvalid({ field: 'until' });
  const member: Member = { principalId, role, environments, until };
  const others = incident.members.filter((known) => known.principalId !== principalId || known.role !== role);
  const state = next(incident, { members: [...others, member], ...leadership(incident, member, act.now) });
  return {
    state,
    events: [joined(state, member, act.now)],
    decisions: [decided(act, actorRole, 'assignment', { role, principalId, environments }, order)],
  };
}

function leadership(
  incident: Incident,
  { role, principalId }: Member,
  now: Date,
): { readonly onCallId?: string; readonly incidentManagerId?: string } {
  const isVacant = (holder: string | null): boolean =>
    holder === null || !rolesIn(incident, holder, now).includes(role);
  if (role === 'RESPONDER' && isVacant(incident.onCallId)) return { onCallId: principalId };
  if (role === 'INCIDENT_MANAGER' && isVacant(incident.incidentManagerId)) return { incidentManagerId: principalId };
  return {};
}

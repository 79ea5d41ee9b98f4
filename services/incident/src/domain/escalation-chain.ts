import type { StaffRole } from '@tocsin/contracts';
import { isPresent, rolesIn, type Incident } from './incident.ts';
import type { OnRota } from './rota.ts';

/** The principals who are called together in one step; may be empty. */
export type Callees = readonly string[];

/**
 * Who is called, and who if they do not answer. For an incident: the responder on call for it, the other
 * responders in it, its manager, the executives on call. Without one: whoever is on call, in the same order of roles.
 * Nobody is called in two steps.
 *
 * @param duty who is on call now, by the rotas and by the directory.
 */
export function escalationChain(incident: Incident | null, duty: readonly OnRota[], now: Date): readonly Callees[] {
  const onDuty = (role: StaffRole): Callees =>
    duty.filter((on) => on.role === role).map(({ principalId }) => principalId);
  const first =
    incident === null
      ? [onDuty('RESPONDER'), onDuty('INCIDENT_MANAGER')]
      : [
          present(incident, incident.onCallId, 'RESPONDER', now),
          incident.members
            .filter((member) => member.role === 'RESPONDER' && isPresent(member, now))
            .map(({ principalId }) => principalId),
          present(incident, incident.incidentManagerId, 'INCIDENT_MANAGER', now),
        ];
  return eachOnce([...first, onDuty('EXECUTIVE_INCIDENT_MANAGER')]);
}

const present = (incident: Incident, principalId: string | null, role: StaffRole, now: Date): Callees =>
  principalId !== null && rolesIn(incident, principalId, now).includes(role) ? [principalId] : [];

function eachOnce(steps: readonly Callees[]): readonly Callees[] {
  const called = new Set<string>();
  return steps.map((step) =>
    step.filter((principalId) => {
      const isNew = !called.has(principalId);
      called.add(principalId);
      return isNew;
    }),
  );
}

import type { Change } from '@tocsin/contracts';
import { isPresent, next, type Incident, type Member } from './incident.ts';
import { joined } from './opening.ts';
import type { StaffMember } from './staff.ts';

/** Whether somebody advises on the law at this moment. */
export const hasLegalAdviser = ({ members }: Pick<Incident, 'members'>, now: Date): boolean =>
  members.some((member) => member.role === 'LEGAL' && isPresent(member, now));

/**
 * Joins legal advisers, with the environments that the directory gives them: they take part from the suspicion on.
 * `advisers` are listed in the directory in that role.
 */
export function joinLegalAdvisers(
  incident: Incident,
  advisers: readonly StaffMember[],
  now: Date,
): Change<Incident, 'incident'> {
  const joining = advisers.map(({ principalId, environments }): Member => ({
    principalId,
    role: 'LEGAL',
    environments,
    until: null,
  }));
  const isJoining = (known: Member): boolean =>
    joining.some(({ principalId, role }) => principalId === known.principalId && role === known.role);
  const state = next(incident, { members: [...incident.members.filter((known) => !isJoining(known)), ...joining] });
  return { state, events: joining.map((member) => joined(state, member, now)) };
}

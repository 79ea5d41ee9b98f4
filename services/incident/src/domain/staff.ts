import { Environment, StaffRole } from '@tocsin/contracts';
import { InvalidInput } from '@tocsin/errors';

/** One of the provider's people who may be joined to incidents. The name never leaves this service in an event. */
export interface StaffMember {
  readonly id: string;
  readonly version: number;
  readonly principalId: string;
  readonly name: string;
  readonly roles: readonly StaffRole[];
  /** Joined to every incident that opens, in each of the roles. */
  readonly onCall: boolean;
  /** Of which environments the person may see evidence in incidents that he is joined to when they open. */
  readonly environments: readonly Environment[];
}

/** Environments: none if not given. */
export type StaffEntry = Omit<StaffMember, 'id' | 'version' | 'environments'> &
  Partial<Pick<StaffMember, 'environments'>>;

/** Enters or replaces the directory's entry of one principal. Errors: INVALID_INPUT. */
export function enter(entry: StaffEntry, present: StaffMember | null, newId: () => string): StaffMember {
  if (entry.principalId.trim() === '' || entry.principalId.length > 200)
    throw InvalidInput({ field: 'principalId', reason: 'must have 1 to 200 characters' });
  if (entry.name.trim() === '' || entry.name.length > 200)
    throw InvalidInput({ field: 'name', reason: 'must have 1 to 200 characters' });
  if (entry.roles.length === 0) throw InvalidInput({ field: 'roles', reason: 'must name at least one role' });
  const roles = StaffRole.options.filter((role) => entry.roles.includes(role));
  const environments = Environment.options.filter((environment) => entry.environments?.includes(environment));
  return { ...entry, roles, environments, id: present?.id ?? newId(), version: (present?.version ?? 0) + 1 };
}

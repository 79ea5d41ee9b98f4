import { In, MoreThan } from 'typeorm';
import type { StaffRole } from '@tocsin/contracts';
import { saveVersioned, type Store, type Transaction } from '@tocsin/database';
import { NotFound } from '@tocsin/errors';
import type { StaffMember } from '../domain/staff.ts';
import { firstOfTwo } from './first-of-two.ts';
import { staffMemberTable } from './staff-member-table.ts';

interface StaffMemberStore extends Store<StaffMember> {
  findByPrincipal(principalId: string): Promise<StaffMember | null>;
  /** Those of the principals that have an entry. */
  listed(principalIds: readonly string[]): Promise<string[]>;
  /** Everybody who is on call, in a stable order. */
  listOnCall(): Promise<StaffMember[]>;
  /** The principals that are listed in the role. */
  listIn(role: StaffRole): Promise<ReadonlySet<string>>;
  /** Everybody who is listed in the role, in a stable order. */
  inRole(role: StaffRole): Promise<StaffMember[]>;
  /** In the order of principal ids, after the given one. */
  page(limit: number, after: string | null): Promise<StaffMember[]>;
}

/** The staff directory. */
export function staffMemberStore(tx: Transaction): StaffMemberStore {
  const rows = tx.manager.getRepository(staffMemberTable);
  const find = (id: string): Promise<StaffMember | null> => rows.findOneBy({ id });
  return {
    aggregate: 'staffMember',
    find,
    get: async (id) => {
      const person = await find(id);
      if (person === null) throw NotFound();
      return person;
    },
    save: (person) => saveVersioned(tx, staffMemberTable, person).catch(firstOfTwo('staff_member_principal_key')),
    findByPrincipal: (principalId) => rows.findOneBy({ principalId }),
    listed: async (principalIds) => {
      const found = await rows.findBy({ principalId: In([...principalIds]) });
      return found.map(({ principalId }) => principalId);
    },
    listOnCall: () => rows.find({ where: { onCall: true }, order: { principalId: 'ASC' } }),
    listIn: async (role) => {
      const listed = await tx.manager.sql<{ principalId: string }[]>`/* staff_member.list_in */
        select principal_id as "principalId" from staff_member where roles ? ${role}::text`;
      return new Set(listed.map(({ principalId }) => principalId));
    },
    inRole: (role) =>
      rows
        .createQueryBuilder('person')
        .where('person.roles @> :roles', { roles: JSON.stringify([role]) })
        .orderBy('person.principalId')
        .getMany(),
    page: (limit, after) =>
      rows.find({
        ...(after !== null && { where: { principalId: MoreThan(after) } }),
        order: { principalId: 'ASC' },
        take: limit,
      }),
  };
}

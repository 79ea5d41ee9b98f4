import { randomUUID } from 'node:crypto';
import { mustBeAllowed } from '@tocsin/access';
import { decodeCursor, pageSize, toPage, type Page, type Transaction } from '@tocsin/database';
import { enter, type StaffEntry, type StaffMember } from './domain/staff.ts';
import { staffMemberStore } from './store/staff-member-store.ts';

/** Enters somebody into the staff directory, or replaces his entry. Errors: FORBIDDEN, INVALID_INPUT. */
export async function saveStaffMember(tx: Transaction, entry: StaffEntry): Promise<StaffMember> {
  mustBeAllowed(tx.by, 'saveStaffMember');
  const present = await staffMemberStore(tx).findByPrincipal(entry.principalId);
  return tx.commit(staffMemberStore, { state: enter(entry, present, randomUUID), events: [] });
}

/** A page of the staff directory in the order of principal ids. Errors: FORBIDDEN, INVALID_INPUT. */
export async function pageStaff(
  tx: Transaction,
  { first, after }: { readonly first: number; readonly after: string | null },
): Promise<Page<StaffMember>> {
  mustBeAllowed(tx.by, 'read:staffMember');
  const people = await staffMemberStore(tx).page(pageSize({ first }) + 1, decodeCursor(after)?.key ?? null);
  return toPage(people, first, ({ id, principalId }) => ({ key: principalId, id }));
}

/** One entry; null if it is absent, or not the caller's to see. */
export async function findStaffMember(tx: Transaction, id: string): Promise<StaffMember | null> {
  mustBeAllowed(tx.by, 'read:staffMember');
  return staffMemberStore(tx).find(id);
}

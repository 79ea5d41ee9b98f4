import type { Resolvers } from '@tocsin/subgraph';
import type { StaffEntry } from '../domain/staff.ts';
import { findStaffMember, pageStaff, saveStaffMember } from '../staff.ts';
import type { Context } from './context.ts';

type SaveStaffMemberInput = StaffEntry & { readonly idempotencyKey: string };

/** The staff directory. */
export const staffResolvers: Resolvers<Context> = {
  Query: {
    staff: (_: unknown, { first, after }: { first: number; after?: string | null }, { read }) =>
      read((tx) => pageStaff(tx, { first, after: after ?? null })),
  },
  Mutation: {
    saveStaffMember: async (_: unknown, { input }: { input: SaveStaffMemberInput }, { command, read }: Context) => {
      const { idempotencyKey: _key, ...entry } = input;
      const { id } = await command('saveStaffMember', input, async (tx) => ({
        id: (await saveStaffMember(tx, entry)).id,
      }));
      return { staffMember: await read((tx) => findStaffMember(tx, id)) };
    },
  },
};

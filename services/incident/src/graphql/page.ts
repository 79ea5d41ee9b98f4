import type { PageState } from '@tocsin/contracts';
import type { SafeRequest } from '@tocsin/runtime';
import type { Resolvers } from '@tocsin/subgraph';
import type { Incident } from '../domain/incident.ts';
import type { PageContact } from '../domain/page-contact.ts';
import type { Page } from '../domain/page.ts';
import type { StaffMember } from '../domain/staff.ts';
import { savePageContact } from '../page-contacts.ts';
import { findPage, pageOwnPages } from '../page-reads.ts';
import { acknowledgePage } from '../pages.ts';
import type { Context } from './context.ts';

interface SavePageContactInput {
  readonly idempotencyKey: string;
  readonly principalId: string;
  readonly email?: string | null;
  readonly webhookUrl?: string | null;
  readonly webhookSecret?: string | null;
}
interface MyPagesArgs {
  readonly first: number;
  readonly after?: string | null;
  readonly state?: PageState | null;
}
interface AcknowledgePageInput {
  readonly idempotencyKey: string;
  readonly pageId: string;
}

const contactOf = async (principalId: string, { load }: Context): Promise<PageContact | null> =>
  (await load.pageContact(principalId))?.value ?? null;

/** Pages, and where people are reached by them. */
export const pageResolvers = (checkUrl: SafeRequest['check']): Resolvers<Context> => ({
  Incident: {
    pages: async ({ id }: Incident, _: unknown, { load }) => (await load.pages(id))?.value ?? [],
  },
  Page: {
    incident: ({ incidentId }: Page, _: unknown, { load }) => (incidentId === null ? null : load.incident(incidentId)),
  },
  StaffMember: {
    pageContact: ({ principalId }: StaffMember, _: unknown, context) => contactOf(principalId, context),
  },
  Query: {
    myPages: (_: unknown, { first, after, state }: MyPagesArgs, { read }) =>
      read((tx) => pageOwnPages(tx, { first, after: after ?? null, state: state ?? null })),
    myPageContact: (_: unknown, _args: unknown, context) => contactOf(context.by.id, context),
  },
  Mutation: {
    acknowledgePage: async (_: unknown, { input }: { input: AcknowledgePageInput }, { command, read }: Context) => {
      await command('acknowledgePage', input, async (tx) => ({ pageId: (await acknowledgePage(tx, input)).id }));
      return { page: await read((tx) => findPage(tx, input.pageId)) };
    },
    savePageContact: async (_: unknown, { input }: { input: SavePageContactInput }, context: Context) => {
      const { principalId, email = null, webhookUrl = null, webhookSecret = null } = input;
      const order = { principalId, email, webhookUrl, webhookSecret };
      await context.command('savePageContact', input, async (tx) => ({
        id: (await savePageContact(tx, order, checkUrl)).id,
      }));
      return { pageContact: (await context.load.changedPageContact(principalId))?.value ?? null };
    },
  },
});

import type { PageOrder } from '@tocsin/database';
import { createLoader, type Read, type RequestContext, type Resolvers } from '@tocsin/subgraph';
import { saveContact, saveTenant } from '../directory.ts';
import type { Delivery } from '../domain/delivery.ts';
import type { Notice } from '../domain/notice.ts';
import type { Obligation } from '../domain/obligation.ts';
import type { Contact } from '../domain/recipients.ts';
import type { Tenant } from '../domain/tenant.ts';
import { approveNotice, draftNotice, sendNotice } from '../notices.ts';
import {
  contactsOf,
  findCustomerNotification,
  findNotice,
  findTenants,
  listAdvisories,
  listTenants,
  type CustomerNotification,
} from '../queries.ts';
import { contactStore, listDeliveries, listSubscriptions } from '../store/stores.ts';
import { handOverResolvers } from './hand-over.ts';
import { holdResolvers } from './hold.ts';

export const loaders = (read: Read) => ({
  tenant: createLoader<Tenant>((ids) => read((tx) => findTenants(tx, ids))),
});

export type Context = RequestContext<ReturnType<typeof loaders>>;
interface Input<T> {
  readonly input: T & { readonly idempotencyKey: string };
}
interface ById {
  readonly id: string;
}

/** `mailDomain` ends the Message-ID of the mails that `sendNotice` plans. */
export const createResolvers = (mailDomain: string): Resolvers<Context> => ({
  Query: {
    tenant: (_: unknown, { id }: ById, { load }) => load.tenant.load(id),
    tenants: (_: unknown, page: PageOrder, { read }) => read((tx) => listTenants(tx, page)),
    notice: (_: unknown, { id }: ById, { read }) => read((tx) => findNotice(tx, id)),
    advisories: (_: unknown, page: PageOrder, { read }) => read((tx) => listAdvisories(tx, page)),
    ...handOverResolvers['Query'],
    ...holdResolvers['Query'],
  },
  Mutation: {
    saveTenant: (_: unknown, { input }: Input<Parameters<typeof saveTenant>[1]>, { command }) =>
      command('saveTenant', input, async (tx) => ({ tenantId: (await saveTenant(tx, input)).id })),
    saveContact: (_: unknown, { input }: Input<Parameters<typeof saveContact>[1]>, { command }) =>
      command('saveContact', input, async (tx) => ({ contactId: (await saveContact(tx, input)).id })),
    draftNotice: (_: unknown, { input }: Input<Parameters<typeof draftNotice>[1]>, { command }) =>
      command('draftNotice', input, async (tx) => ({ noticeId: (await draftNotice(tx, input)).id })),
    approveNotice: (_: unknown, { input }: Input<Parameters<typeof approveNotice>[1]>, { command }) =>
      command('approveNotice', input, async (tx) => ({ noticeId: (await approveNotice(tx, input)).id })),
    sendNotice: (_: unknown, { input }: Input<Parameters<typeof sendNotice>[1]>, { command }) =>
      command('sendNotice', input, async (tx) => ({ noticeId: (await sendNotice(tx, input, mailDomain)).id })),
    ...holdResolvers['Mutation'],
  },
  SaveTenantPayload: {
    tenant: ({ tenantId }: { tenantId: string }, _: unknown, { load }) => load.tenant.load(tenantId),
  },
  SaveContactPayload: {
    contact: ({ contactId }: { contactId: string }, _: unknown, { read }) =>
      read((tx) => contactStore(tx).get(contactId)),
  },
  DraftNoticePayload: { notice: readNotice },
  ApproveNoticePayload: { notice: readNotice },
  SendNoticePayload: { notice: readNotice },
  Incident: {
    __resolveReference: ({ id }: ById) => ({ id }),
    customerNotification: ({ id }: ById, _: unknown, { read }) => read((tx) => findCustomerNotification(tx, id)),
    ...handOverResolvers['Incident'],
  },
  HandOver: { ...handOverResolvers['HandOver'] },
  CustomerNotification: {
    state: ({ cin }: CustomerNotification) => cin.state,
    declaredAt: ({ cin }: CustomerNotification) => cin.declaredAt,
    retractedAt: ({ cin }: CustomerNotification) => cin.retractedAt,
    ...holdResolvers['CustomerNotification'],
  },
  Hold: { ...holdResolvers['Hold'] },
  HoldApproval: { ...holdResolvers['HoldApproval'] },
  Obligation: { tenant: ({ tenantId }: Obligation, _: unknown, { load }) => load.tenant.load(tenantId) },
  Notice: {
    tenant: ({ tenantId }: Notice, _: unknown, { load }) => load.tenant.load(tenantId),
    follows: ({ follows }: Notice, _: unknown, { read }) =>
      follows === null ? null : read((tx) => findNotice(tx, follows)),
    deliveries: ({ id }: Notice, _: unknown, { read }): Promise<Delivery[]> => read((tx) => listDeliveries(tx, id)),
  },
  Tenant: {
    __resolveReference: ({ id }: ById, { load }: Context) => load.tenant.load(id),
    subscriptions: ({ id }: Tenant, _: unknown, { read }) => read((tx) => listSubscriptions(tx, id)),
    contacts: ({ id }: Tenant, _: unknown, { read }): Promise<Contact[] | null> => read((tx) => contactsOf(tx, id)),
  },
});

function readNotice({ noticeId }: { noticeId: string }, _: unknown, { read }: Context): Promise<Notice | null> {
  return read((tx) => findNotice(tx, noticeId));
}

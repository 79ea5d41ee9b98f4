import { randomUUID } from 'node:crypto';
import { IsNull } from 'typeorm';
import { signTicket, type Principal, type SigningKey, type Ticket } from '@tocsin/access';
import { auditingRefusals, type Transaction } from '@tocsin/database';
import { TicketInvalid, TicketUsed } from './domain/errors.ts';
import { fileTicketTable } from './store/file-ticket-table.ts';

const lifetimeMs = 5 * 60_000;

/** A ticket as a command answers it; the text that opens something is made of it afterwards, and kept nowhere. */
export type OfferedTicket = {
  readonly id: string;
  readonly method: Ticket['method'];
  readonly path: string;
  readonly expiresAt: string;
};

/** What a ticket opens, and of which incident it is. */
export interface TicketOrder extends Pick<Ticket, 'method' | 'path'> {
  readonly incidentId: string;
  readonly notAfter?: Date;
}

/** Makes out a ticket for one request of the caller's to the files port, good for 5 minutes, or until `notAfter`. */
export async function offerTicket(
  tx: Transaction,
  { incidentId, method, path, notAfter }: TicketOrder,
): Promise<OfferedTicket> {
  const end = Math.min(tx.now.getTime() + lifetimeMs, notAfter?.getTime() ?? Infinity);
  const expiresAt = new Date(Math.floor(end / 1000) * 1000);
  const id = randomUUID();
  await tx.manager.insert(fileTicketTable, { id, incidentId, principalId: tx.by.id, method, path, expiresAt });
  return { id, method, path, expiresAt: expiresAt.toISOString() };
}

/** What the caller of the mutation gets. */
export interface SignedTicket {
  readonly url: string;
  readonly ticket: string;
  readonly expiresAt: Date;
}

/** Signs what was offered; a repeated command gets the same text again. */
export type TicketSigner = (by: Principal, offered: OfferedTicket) => Promise<SignedTicket>;

/** @param baseUrl of the files port, as callers reach it. */
export const ticketSigner =
  (key: SigningKey, baseUrl: string): TicketSigner =>
  async (principal, { id, method, path, expiresAt: text }) => {
    const expiresAt = new Date(text);
    const ticket = await signTicket({ id, principal, method, path, expiresAt }, 'incident', key);
    return { url: `${baseUrl.replace(/\/$/, '')}${path}`, ticket, expiresAt };
  };

/** Uses a ticket up, for this request. Errors, each in the incident's audit record: TICKET_INVALID, TICKET_USED. */
export async function useTicket(
  tx: Transaction,
  { id, expiresAt, ...opens }: Ticket,
  request: { readonly method?: string | undefined; readonly url?: string | undefined },
): Promise<void> {
  await auditingRefusals(`fileTicket:${id}`, async () => {
    if (opens.method !== request.method || opens.path !== request.url) throw TicketInvalid();
    if (expiresAt <= tx.now) throw TicketInvalid();
    const { affected } = await tx.manager.update(fileTicketTable, { id, usedAt: IsNull() }, { usedAt: tx.now });
    if (affected !== 1) throw TicketUsed();
  });
}

/** Says what became of it. */
export async function endTicket(tx: Transaction, id: string, outcome: 'COMPLETE' | 'BROKEN'): Promise<void> {
  await tx.manager.update(fileTicketTable, { id }, { endedAt: tx.now, outcome });
}

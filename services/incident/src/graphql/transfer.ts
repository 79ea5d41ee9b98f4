import { randomUUID } from 'node:crypto';
import type { Resolvers } from '@tocsin/subgraph';
import type { Transaction } from '@tocsin/database';
import type { Incident } from '../domain/incident.ts';
import type { Transfer } from '../domain/transfer.ts';
import type { TicketSigner } from '../file-tickets.ts';
import * as transfers from '../transfers.ts';
import type { Context } from './context.ts';

interface Input extends transfers.TransferTarget {
  readonly idempotencyKey: string;
}
interface RequestTransferInput {
  readonly idempotencyKey: string;
  readonly incidentId: string;
  readonly evidenceIds: readonly string[];
  readonly ticketId: string;
  readonly destination: string;
  readonly purpose: string;
}
interface ApproveTransferInput extends Input {
  readonly approvalText: string;
  readonly expiresAt?: Date | null;
}

/** Runs a decision about a transfer; the payload is the incident as it is now. */
const deciding =
  <I extends Input>(name: string, work: (tx: Transaction, input: I) => Promise<Transfer>) =>
  async (_: unknown, { input }: { input: I }, { command, load }: Context) => {
    const { incidentId } = await command(name, input, async (tx) => ({
      incidentId: (await work(tx, input)).incidentId,
    }));
    return { incident: await load.changedIncident(incidentId) };
  };

/** Transfers of evidence out of an incident, and their commands but the last. */
export const transferResolvers: Resolvers<Context> = {
  Incident: {
    transfers: async ({ id }: Incident, _: unknown, { load }) => (await load.transfers(id))?.value ?? [],
  },
  DataTransferApproval: {
    items: ({ items }: Transfer) => items.map(({ ref: evidenceId, sha256 }) => ({ evidenceId, sha256 })),
  },
  Mutation: {
    requestTransfer: async (_: unknown, { input }: { input: RequestTransferInput }, { command, load }: Context) => {
      const { transferId } = await command('requestTransfer', input, async (tx) => {
        const { id } = await transfers.requestTransfer(tx, { ...input, transferId: randomUUID() });
        return { transferId: id };
      });
      return { transferId, incident: await load.changedIncident(input.incidentId) };
    },
    approveTransfer: deciding<ApproveTransferInput>('approveTransfer', (tx, input) =>
      transfers.approveTransfer(tx, { ...input, expiresAt: input.expiresAt ?? null }),
    ),
    rejectTransfer: deciding<Input & { readonly reason: string }>('rejectTransfer', transfers.rejectTransfer),
  },
};

/** The command that opens the way out. */
export const transferCommandResolvers = (sign: TicketSigner): Resolvers<Context> => ({
  Mutation: {
    executeTransfer: async (_: unknown, { input }: { input: Input }, { by, command, load }: Context) => {
      const executed = await command('executeTransfer', input, async (tx) => ({
        ...(await transfers.executeTransfer(tx, input)),
      }));
      const tickets = executed.tickets.map(async (offered) => ({
        evidenceId: offered.path.split('/').at(-1),
        ...(await sign(by, offered)),
      }));
      return { tickets: await Promise.all(tickets), incident: await load.changedIncident(executed.incidentId) };
    },
  },
});

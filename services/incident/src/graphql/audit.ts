import { canonicalJson, type JsonValue } from '@tocsin/database';
import type { Resolvers } from '@tocsin/subgraph';
import { accessToAudit } from '../audit-access.ts';
import { orderAuditExport } from '../audit-exports.ts';
import { findAuditGrant, grantAnAudit, pageAuditGrants, revokeTheGrant } from '../audit-grants.ts';
import { auditRecord, pageAuditTrail, type AuditedDecision } from '../audit-reads.ts';
import type { GrantOrder } from '../domain/audit-grant.ts';
import type { TicketSigner } from '../file-tickets.ts';
import type { Context } from './context.ts';
import type { DecisionInput } from './incident-commands.ts';

interface PageArgs {
  readonly incidentId: string;
  readonly first: number;
  readonly after?: string | null;
}
type GrantAuditInput = GrantOrder & { readonly idempotencyKey: string; readonly incidentId: string };
interface ExportAuditInput {
  readonly idempotencyKey: string;
  readonly incidentId: string;
  readonly reason: string;
}
type RevokeAuditGrantInput = Omit<DecisionInput, 'incidentId'> & { readonly grantId: string };

/** Auditors' grants, and what is read under them. */
export const auditResolvers: Resolvers<Context> = {
  Query: {
    auditRecord: (_: unknown, { incidentId }: { incidentId: string }, { readPrivileged }: Context) =>
      readPrivileged(
        'auditRecord',
        (tx) => accessToAudit(tx, 'read:auditRecord', incidentId),
        (tx) => auditRecord(tx, incidentId),
      ),
    auditTrail: (_: unknown, { incidentId, first, after }: PageArgs, { readPrivileged }: Context) =>
      readPrivileged(
        'auditTrail',
        (tx) => accessToAudit(tx, 'read:auditRecord', incidentId),
        (tx) => pageAuditTrail(tx, { incidentId, first, after: after ?? null }),
      ),
    auditGrants: (_: unknown, { incidentId, first, after }: PageArgs, { read }: Context) =>
      read((tx) => pageAuditGrants(tx, { incidentId, first, after: after ?? null })),
  },
  AuditedDecision: {
    value: ({ value }: AuditedDecision) => canonicalJson(value as JsonValue),
  },
  Mutation: {
    grantAudit: async (_: unknown, { input }: { input: GrantAuditInput }, { command, read }: Context) => {
      const { id } = await command('grantAudit', input, async (tx) => ({ id: (await grantAnAudit(tx, input)).id }));
      return { grant: await read((tx) => findAuditGrant(tx, id)) };
    },
    revokeAuditGrant: async (_: unknown, { input }: { input: RevokeAuditGrantInput }, { command, read }: Context) => {
      const { id } = await command('revokeAuditGrant', input, async (tx) => ({
        id: (await revokeTheGrant(tx, input)).id,
      }));
      return { grant: await read((tx) => findAuditGrant(tx, id)) };
    },
  },
};

/** The command that hands out a ticket of the files port. */
export const auditCommandResolvers = (sign: TicketSigner): Resolvers<Context> => ({
  Mutation: {
    exportAudit: async (_: unknown, { input }: { input: ExportAuditInput }, { by, command }: Context) => {
      const { exportId, ...offered } = await command('exportAudit', input, (tx) =>
        orderAuditExport(tx, { ...input, evidenceIds: [] }),
      );
      return { exportId, ...(await sign(by, offered)) };
    },
  },
});

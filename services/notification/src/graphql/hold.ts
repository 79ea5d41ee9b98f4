import type { Transaction } from '@tocsin/database';
import type { Resolvers } from '@tocsin/subgraph';
import { isActive, isReviewOverdue, missingApprovals, type Hold } from '../domain/hold.ts';
import { clockOf } from '../domain/obligation.ts';
import * as holds from '../holds.ts';
import { findHold, type CustomerNotification, type SeenHold } from '../queries.ts';
import type { Context } from './resolvers.ts';

/** Runs a command about a hold; the payload is the hold as it is now. */
const changing =
  <I extends object>(name: string, work: (tx: Transaction, input: I) => Promise<Hold>) =>
  async (
    _: unknown,
    { input }: { input: I & { readonly idempotencyKey: string } },
    { command, read }: Context,
  ): Promise<{ hold: SeenHold | null }> => {
    const { holdId } = await command(name, input, async (tx) => ({ holdId: (await work(tx, input)).id }));
    return { hold: await read((tx) => findHold(tx, holdId)) };
  };

const seen = ({ holds: all, now }: CustomerNotification): readonly SeenHold[] => all.map((hold) => ({ ...hold, now }));

/** Holds of notices, and what they do to the obligations that they name. */
export const holdResolvers: Resolvers<Context> = {
  Query: {
    hold: (_: unknown, { id }: { readonly id: string }, { read }) => read((tx) => findHold(tx, id)),
  },
  Mutation: {
    placeHold: changing('placeHold', holds.placeHold),
    approveHold: changing('approveHold', holds.approveHold),
    rejectHold: changing('rejectHold', holds.rejectHold),
    renewHold: changing('renewHold', holds.renewHold),
    releaseHold: changing('releaseHold', holds.releaseHold),
  },
  CustomerNotification: {
    holds: seen,
    obligations: (notification: CustomerNotification) => {
      const active = seen(notification).filter(isActive);
      return notification.obligations.map((obligation) => ({
        ...obligation,
        clock: clockOf(obligation, notification.now),
        holds: obligation.heldSince === null ? [] : active.filter((hold) => hold.obligationIds.includes(obligation.id)),
      }));
    },
  },
  Hold: {
    missingApprovals: (hold: SeenHold) => missingApprovals(hold),
    reviewOverdue: (hold: SeenHold) => isReviewOverdue(hold, hold.now),
  },
  HoldApproval: { at: ({ at }: Hold['approvals'][number]) => new Date(at) },
};

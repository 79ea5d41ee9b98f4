import type { Principal } from '@tocsin/access';
import type { HoldGround } from '@tocsin/contracts';
import type { HoldApprover, Hold } from '../domain/hold.ts';
import { clockOf } from '../domain/obligation.ts';
import * as holds from '../holds.ts';
import { sendNotice } from '../notices.ts';
import { findCustomerNotification } from '../queries.ts';
import { declaredAt, executive, legal, mailDomain, manager, writer, type Bench, type Customer } from './bench.ts';

/* What the specs of holds do, by whom. Hours are from the declaration on. */

const hourMs = 3_600_000;
export const hour = (n: number): Date => new Date(new Date(declaredAt).getTime() + n * hourMs);

export const reason = 'another tenant is open to the same attack';

/** Commands and looks over a bench whose clock stands still where it is put. */
export const holdStories = (bench: Bench) => {
  const seen = async (incidentId: string) => {
    const found = await bench.look(manager, (tx) => findCustomerNotification(tx, incidentId));
    if (found === null) throw new Error('The manager sees it.');
    const clocks = found.obligations.map((obligation) => clockOf(obligation, found.now));
    return { ...found, cin: found.cin.state, clocks };
  };
  const target = ({ id: holdId, version: expectedVersion }: Hold) => ({ holdId, expectedVersion, reason });
  const place = async (incidentId: string, patch: Partial<Parameters<typeof holds.placeHold>[1]> = {}) => {
    const { obligations, now } = await seen(incidentId);
    const ground: HoldGround = 'RISK_TO_OTHER_CUSTOMERS';
    const order = { incidentId, ground, rationale: reason, affectedOthers: 'those with the same keys' };
    const obligationIds = obligations.filter(({ metAt }) => metAt === null).map(({ id }) => id);
    const reviewAt = new Date(now.getTime() + 24 * hourMs);
    return bench.write(manager, (tx) => holds.placeHold(tx, { ...order, obligationIds, reviewAt, ...patch }));
  };
  const approve = (hold: Hold, role: HoldApprover = 'LEGAL', by: Principal = role === 'LEGAL' ? legal : executive) =>
    bench.write(by, (tx) => holds.approveHold(tx, { ...target(hold), role }));
  return {
    seen,
    place,
    approve,
    placeActive: async (incidentId: string, patch: Parameters<typeof place>[1] = {}) =>
      approve(await place(incidentId, patch)),
    reject: (hold: Hold) => bench.write(legal, (tx) => holds.rejectHold(tx, target(hold))),
    renew: (hold: Hold, reviewAt: Date) =>
      bench.write(manager, (tx) => holds.renewHold(tx, { ...target(hold), reviewAt })),
    release: (hold: Hold) => bench.write(manager, (tx) => holds.releaseHold(tx, target(hold))),
    /** Drafts, lets approve and sends. */
    tell: async (incidentId: string, { tenantId }: Customer) => {
      const { id: noticeId, version: expectedVersion } = await bench.anApproved(incidentId, tenantId);
      return bench.write(writer, (tx) => sendNotice(tx, { noticeId, expectedVersion }, mailDomain));
    },
    /** Declared and authorised, each customer LIKELY. */
    anExecuting: async (...customers: Customer[]): Promise<string> => {
      const incidentId = await bench.anIncident();
      for (const customer of customers) await bench.scope(incidentId, customer, 'LIKELY');
      await bench.declare(incidentId);
      await bench.authorize(incidentId);
      return incidentId;
    },
    /** The service's clock stands at this instant. */
    goTo: (at: Date): Promise<unknown> =>
      bench.database.admin(
        `create or replace function clock_now() returns timestamptz language sql stable as
         'select timestamptz ''${at.toISOString()}'''`,
      ),
    /** What was announced of one kind, in order. */
    told: async (incidentId: string, name: string): Promise<readonly Record<string, unknown>[]> => {
      const rows = await bench.database.admin<{ data: string }>(
        `select data from outbox where type like $2 and data::jsonb ->> 'incidentId' = $1 order by id`,
        [incidentId, `tocsin.notification.${name}.%`],
      );
      return rows.map(({ data }) => JSON.parse(data) as Record<string, unknown>);
    },
  };
};

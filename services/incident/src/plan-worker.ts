import { servicePrincipal } from '@tocsin/access';
import { inTransaction, type Database } from '@tocsin/database';
import { createLoop, type Logger, type Loop, type SafeRequest } from '@tocsin/runtime';
import { claimDelivery, settleDelivery, skipDelivery, type PlanDelivery } from './domain/plan-delivery.ts';
import { isDelivered, postWebhook } from './edge/webhook.ts';
import { planDeliveryStore } from './store/plan-delivery-store.ts';

/** The tool of the incident management plan: where it takes webhooks, and what they are signed with. */
export interface PlanTool {
  readonly url: string;
  readonly secret: string;
}

interface Claimed {
  readonly delivery: PlanDelivery;
  /** When the attempt began, by the database. */
  readonly now: Date;
}

const by = servicePrincipal('incident');
const batch = 20;

/**
 * Tells the plan's tool of each stage change, at least once, in order for each incident. What is about to be sent
 * is committed first, with a lease; after a crash it is sent again under the same `webhook-id`.
 *
 * @param tool null if there is none: then the deliveries say so.
 */
export function createPlanWorker(db: Database, tool: PlanTool | null, safeRequest: SafeRequest, log: Logger): Loop {
  const loop = createLoop({
    name: 'plan deliveries',
    log,
    idleMs: 1_000,
    round: async () => {
      const claimed = await claim(db, tool !== null);
      if (tool === null) return claimed.length === batch;
      await Promise.all(claimed.map((each) => deliver(db, { tool, safeRequest }, each, log)));
      return claimed.length > 0;
    },
  });
  db.onAnnounced(() => loop.wake());
  return loop;
}

const claim = (db: Database, hasTool: boolean): Promise<readonly Claimed[]> =>
  inTransaction(db, { by, action: hasTool ? 'claimPlanDelivery' : 'skipPlanDelivery' }, async (tx) => {
    const claimed: Claimed[] = [];
    for (const due of await planDeliveryStore(tx).takeDue(batch)) {
      const change = hasTool ? claimDelivery(due, tx.now) : skipDelivery(due);
      claimed.push({ delivery: await tx.commit(planDeliveryStore, change), now: tx.now });
    }
    return claimed;
  });

async function deliver(
  db: Database,
  { tool, safeRequest }: { readonly tool: PlanTool; readonly safeRequest: SafeRequest },
  { delivery, now }: Claimed,
  log: Logger,
): Promise<void> {
  const { id, body, incidentId, n } = delivery;
  const answer = await postWebhook(safeRequest, { ...tool, id: `msg_${id}`, body }, now);
  const lastAnswer = 'status' in answer ? String(answer.status) : answer.error;
  const settled = await inTransaction(db, { by, action: 'settlePlanDelivery' }, (tx) =>
    tx.commit(planDeliveryStore, settleDelivery(delivery, { isDelivered: isDelivered(answer), lastAnswer }, tx.now)),
  );
  const facts = { incidentId, n, attempts: settled.attempts, lastAnswer };
  if (settled.state === 'EXHAUSTED') log.error(facts, 'the plan’s tool was never told of a stage');
  else if (settled.state === 'PENDING') log.warn(facts, 'the plan’s tool could not be told of a stage');
}

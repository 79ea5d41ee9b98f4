import { StageChanged, type Change, type EventData, type Occurrence } from '@tocsin/contracts';
import type { Incident } from './incident.ts';

/** One stage change on its way to the plan's tool. */
export interface PlanDelivery {
  readonly id: string;
  readonly version: number;
  readonly incidentId: string;
  /** The number of the stage entry; deliveries of an incident arrive in this order. */
  readonly n: number;
  /** Written once, and sent again byte for byte. */
  readonly body: string;
  readonly state: PlanDeliveryState;
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly leaseUntil: Date | null;
  /** The last status, such as 503, or the kind of failure. */
  readonly lastAnswer: string | null;
  readonly createdAt: Date;
  readonly deliveredAt: Date | null;
}

/** PENDING -> IN_FLIGHT -> DELIVERED, or PENDING again, at last EXHAUSTED. NO_RECEIVER: no tool was configured. */
export type PlanDeliveryState = 'PENDING' | 'IN_FLIGHT' | 'DELIVERED' | 'EXHAUSTED' | 'NO_RECEIVER';

type DeliveryChange = Change<PlanDelivery, 'incident'>;

/** What the tool is to be told of the stages that the incident entered. */
export const planDeliveries = (
  { id: incidentId, number, planRef, exerciseId }: Incident,
  events: readonly Occurrence[],
  { now, newId }: { readonly now: Date; readonly newId: () => string },
): readonly DeliveryChange[] =>
  events.filter(isStageChange).map(({ data: { from, to, n, cycle, at } }) => {
    const drill = exerciseId !== null && { exerciseId };
    const data = { incidentId, number, planRef, from, to, n, cycle, at, ...drill };
    return {
      state: {
        id: newId(),
        version: 1,
        incidentId,
        n,
        body: JSON.stringify({ type: 'tocsin.stage.changed', timestamp: at, data }),
        state: 'PENDING',
        attempts: 0,
        nextAttemptAt: now,
        leaseUntil: null,
        lastAnswer: null,
        createdAt: now,
        deliveredAt: null,
      },
      events: [],
    };
  });

const isStageChange = (
  occurrence: Occurrence,
): occurrence is Occurrence & { readonly data: EventData<typeof StageChanged> } => occurrence.event === StageChanged;

/** Milliseconds for one attempt; past it the worker is taken for dead, and the body is sent again. */
const leaseMs = 60_000;

/** Committed before the first byte is sent. */
export const claimDelivery = (delivery: PlanDelivery, now: Date): DeliveryChange =>
  enter(delivery, {
    state: 'IN_FLIGHT',
    attempts: delivery.attempts + 1,
    nextAttemptAt: null,
    leaseUntil: new Date(now.getTime() + leaseMs),
  });

/** There is nobody to tell. */
export const skipDelivery = (delivery: PlanDelivery): DeliveryChange =>
  enter(delivery, { state: 'NO_RECEIVER', nextAttemptAt: null, leaseUntil: null });

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
/** Until the next attempt, by the attempts made: ten in 75 h 35 min 5 s (`eventing.md` section 8). */
const pauses = [5 * second, 5 * minute, 30 * minute, ...[2, 5, 10, 14, 20, 24].map((hours) => hours * hour)];

export function settleDelivery(
  delivery: PlanDelivery,
  { isDelivered, lastAnswer }: { readonly isDelivered: boolean; readonly lastAnswer: string },
  now: Date,
): DeliveryChange {
  const free = { leaseUntil: null, nextAttemptAt: null, lastAnswer };
  if (isDelivered) return enter(delivery, { ...free, state: 'DELIVERED', deliveredAt: now });
  const pause = pauses[delivery.attempts - 1];
  if (pause === undefined) return enter(delivery, { ...free, state: 'EXHAUSTED' });
  return enter(delivery, { ...free, state: 'PENDING', nextAttemptAt: new Date(now.getTime() + pause) });
}

const enter = (delivery: PlanDelivery, patch: Partial<PlanDelivery>): DeliveryChange => ({
  state: { ...delivery, ...patch, version: delivery.version + 1 },
  events: [],
});

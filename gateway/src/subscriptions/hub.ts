import type { Logger } from '@tocsin/runtime';
import type { IncidentEventFrame } from '../context.ts';
import { eventsMissed, type Closing } from './close-codes.ts';
import { LiveEvent } from './live-event.ts';
import { toFrame, type TailEvent } from './public-event.ts';

/** One subscription, as the hub sees it. */
export interface Subscriber {
  /** False if there was no room for the event. */
  offer(event: LiveEvent): boolean;
  wants(frame: IncidentEventFrame): boolean;
  close(closing: Closing): void;
}

/** Who learns what the tail of the topics brings. */
export interface TailListener {
  onEvent(event: TailEvent): void;
  /** Events may have been lost, for example because the broker was away. */
  onGap(reason: string): void;
}

export interface Hub extends TailListener {
  /** From now on, until the returned function is called. */
  join(subscriber: Subscriber): () => void;
  size(): number;
}

/** Hands each event to every subscription. Whoever may have missed one is told so by the end of his socket: no gap is silent. */
export function createHub(log: Logger): Hub {
  const subscribers = new Set<Subscriber>();
  const closeAll = (reason: string): void => {
    if (subscribers.size > 0)
      log.warn({ reason, subscriptions: subscribers.size }, 'subscribers may have missed events');
    for (const subscriber of [...subscribers]) subscriber.close(eventsMissed);
  };
  return {
    onEvent: (event) => {
      let frame: IncidentEventFrame | undefined;
      try {
        frame = toFrame(event);
      } catch (error) {
        log.error({ err: error, type: event.type }, 'an event could not be read');
        return closeAll('an event could not be read');
      }
      if (frame === undefined) return;
      const live = new LiveEvent(frame);
      for (const subscriber of [...subscribers]) {
        if (subscriber.wants(frame) && !subscriber.offer(live)) subscriber.close(eventsMissed);
      }
    },
    onGap: closeAll,
    join: (subscriber) => {
      subscribers.add(subscriber);
      return () => subscribers.delete(subscriber);
    },
    size: () => subscribers.size,
  };
}

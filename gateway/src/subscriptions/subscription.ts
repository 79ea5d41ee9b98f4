import { createHash } from 'node:crypto';
import { GraphQLError, type ExecutionResult, type FormattedExecutionResult } from 'graphql';
import type { Principal } from '@tocsin/access';
import type { Logger } from '@tocsin/runtime';
import type { MaskError } from '../limits/mask-errors.ts';
import { eventsMissed, type Closing } from './close-codes.ts';
import { EventQueue } from './event-queue.ts';
import type { Executor, Prepared } from './executor.ts';
import type { Hub } from './hub.ts';
import type { LiveEvent } from './live-event.ts';
import { incidentIdOf } from './prepare.ts';

/** What one subscription needs from its socket. */
export interface Carrier {
  /** Bytes that were sent and not yet taken by the network. */
  unsentBytes(): number;
  close(closing: Closing): void;
}

export interface SubscriptionOptions {
  readonly operation: Prepared;
  readonly principal: Principal;
  readonly carrier: Carrier;
  readonly hub: Hub;
  readonly executor: Executor;
  readonly mask: MaskError;
  readonly log: Logger;
}

const maxUnsentBytes = 1_048_576;

/**
 * The results of one subscription, one for each event that its principal may see at the moment it is rendered. Pulled
 * by the socket: the next is looked up when the former is on its way.
 */
export class Subscription implements AsyncIterableIterator<FormattedExecutionResult> {
  readonly #queue = new EventQueue<LiveEvent>();
  readonly #options: SubscriptionOptions;
  readonly #leave: () => void;
  /** All that rights depend on; answers are shared between equal ones only. */
  readonly #fingerprint: string;
  readonly #documentKey: string;

  constructor(options: SubscriptionOptions) {
    const { operation, principal, carrier, hub } = options;
    this.#options = options;
    this.#fingerprint = hashOf([
      principal.id,
      principal.kind,
      principal.roles,
      principal.scopes,
      principal.tenantId ?? null,
    ]);
    this.#documentKey = hashOf([
      operation.source,
      operation.operationName ?? null,
      operation.variables,
      this.#fingerprint,
    ]);
    const only = incidentIdOf(operation)?.toLowerCase();
    this.#leave = hub.join({
      wants: ({ incident }) => only === undefined || incident.id === only,
      offer: (event) => carrier.unsentBytes() <= maxUnsentBytes && this.#queue.offer(event),
      close: (closing) => {
        void this.return();
        carrier.close(closing);
      },
    });
  }

  async next(): Promise<IteratorResult<FormattedExecutionResult, undefined>> {
    for (;;) {
      const { done, value: event } = await this.#queue.next();
      if (done === true) return { done, value: undefined };
      const result = await this.#render(event);
      if (result !== undefined) return { done: false, value: result };
    }
  }

  async return(): Promise<IteratorResult<FormattedExecutionResult, undefined>> {
    this.#leave();
    await this.#queue.return();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Undefined if the event is not this principal's to see. When nobody can tell, the socket ends: not a frame, not a gap. */
  async #render(event: LiveEvent): Promise<FormattedExecutionResult | undefined> {
    const { executor, principal, operation, carrier, log } = this.#options;
    try {
      const { incident } = event.frame;
      const isVisible = await event.share(`visible:${this.#fingerprint}`, () =>
        executor.isVisible(incident.id, principal),
      );
      if (!isVisible) return undefined;
      const run = (): Promise<ExecutionResult> => executor.run(operation, { principal, event: event.frame });
      return this.#format(await event.share(this.#documentKey, run));
    } catch (error) {
      log.warn({ err: error }, 'an event could not be delivered');
      await this.return();
      carrier.close(eventsMissed);
      return undefined;
    }
  }

  #format({ data, errors }: ExecutionResult): FormattedExecutionResult {
    if (errors === undefined || errors.length === 0) return { data: data ?? null };
    return { data: data ?? null, errors: errors.map((error) => maskGraphqlError(this.#options.mask, error)) };
  }
}

/** Masks an error that Apollo Server has not seen. */
export function maskGraphqlError(mask: MaskError, error: GraphQLError): ReturnType<MaskError> {
  return mask({ ...error.toJSON(), extensions: { code: 'INTERNAL_SERVER_ERROR', ...error.extensions } }, error);
}

const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('base64url');

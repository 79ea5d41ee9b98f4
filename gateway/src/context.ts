import type { Principal } from '@tocsin/access';

/** What a subscriber sees of one event; the root value of the pseudo-subgraph `events`. */
export interface IncidentEventFrame {
  readonly id: string;
  readonly type: string;
  readonly occurredAt: string;
  readonly tenantId: string | null;
  readonly incident: { readonly __typename: 'Incident'; readonly id: string };
}

/** The GraphQL context of one operation in the gateway. */
export interface GatewayContext {
  readonly principal: Principal;
  /** A valid `traceparent` of the caller; the only client header that goes further (S-21). */
  readonly traceparent?: string | undefined;
  /** Aborted when the caller is gone or the operation has taken too long: what only reads is then given up. */
  readonly signal?: AbortSignal | undefined;
  /** The event at hand, when a subscription's document is executed for it. */
  readonly event?: IncidentEventFrame | undefined;
}

const traceparentPattern = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The header if it is a W3C trace parent, else undefined. */
export const validTraceparent = (header: unknown): string | undefined =>
  typeof header === 'string' && traceparentPattern.test(header) ? header : undefined;

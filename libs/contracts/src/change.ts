import type { ServiceName } from './contract.ts';
import type { EventData } from './contract.ts';
import type { AnyEvent } from './events.ts';

/** Something that happened, ready to be announced. */
export interface Occurrence<E extends AnyEvent = AnyEvent> {
  readonly event: E;
  readonly data: EventData<E>;
}

/**
 * A recorded human (or policy) decision: append-only and complete (I-1). `value` holds ids and enum values; the reason
 * may be free text and never leaves the service in an event.
 */
export interface Decision<T = unknown> {
  readonly id: string;
  /** What was decided, in the words of the command: `responsibility`, `severity`, `declaration`. */
  readonly kind: string;
  readonly value: T;
  readonly actorId: string;
  /** The role in which the actor decided. */
  readonly role: string;
  readonly at: Date;
  readonly reason: string;
  readonly evidenceIds: readonly string[];
  /** Which version of the policy data the decision was made under. */
  readonly policyVersion: string;
}

/** What a rule returns: the new state, what is to be announced, and what was decided. All three are committed together. */
export interface AnyChange<State, E extends AnyEvent = AnyEvent> {
  readonly state: State;
  readonly events: readonly Occurrence<E>[];
  readonly decisions?: readonly Decision[];
}

/** A change that announces only events of its own service. */
export type Change<State, S extends ServiceName> = AnyChange<State, Extract<AnyEvent, { readonly producer: S }>>;

/** Pairs an event with its data, checked against the contract by the compiler. */
export const occurred = <E extends AnyEvent>(event: E, data: EventData<E>): Occurrence<E> => ({ event, data });

import type { z } from 'zod';

/** The four services; each owns one subgraph, one database schema and one topic, `tocsin.<service>`. */
export const serviceNames = ['detection', 'incident', 'classification', 'notification'] as const;
export type ServiceName = (typeof serviceNames)[number];

/**
 * One kind of event: who announces it, who listens, and what it carries (`eventing.md` section 5).
 *
 * Data are ids, enum values, instants and counts only: no free text, addresses or personal data (S-49).
 */
export interface EventContract<
  N extends string = string,
  P extends ServiceName = ServiceName,
  C extends ServiceName = ServiceName,
  D extends z.ZodType = z.ZodType,
> {
  /** Past tense, PascalCase. */
  readonly name: N;
  readonly version: number;
  /** Older versions, all of whose data are data of this one too: a log that holds them stays readable (ADR 16). */
  readonly reads?: readonly number[];
  readonly producer: P;
  readonly consumers: readonly C[];
  /**
   * `partner`: may be shown to the tenant it names once released; `internal`: the provider only; `confidential`: the
   * services only, because not even every member of the incident may know. The incident stream leaves it out.
   */
  readonly audience: 'internal' | 'partner' | 'confidential';
  readonly description: string;
  /** The aggregate whose state changed; its id is the record key, so that its events stay in order. */
  readonly aggregate: string;
  readonly data: D;
  keyOf(data: z.infer<D>): string;
}

export type EventData<E extends EventContract> = z.infer<E['data']>;

/** Keeps the literal types, from which the handlers' types follow. */
export const defineEvent = <
  const N extends string,
  const P extends ServiceName,
  const C extends ServiceName,
  D extends z.ZodType,
>(
  contract: EventContract<N, P, C, D>,
): EventContract<N, P, C, D> => contract;

/** `tocsin.incident.IncidentOpened.v1`, the CloudEvents type under which the event is announced. */
export const eventType = (event: EventContract): string => typeOfVersion(event, event.version);

/** Its own version, and the older ones that it reads. */
export const versionsRead = ({ version, reads = [] }: EventContract): readonly number[] => [version, ...reads];

/** Every CloudEvents type under which a log may hold the event; the present one first. */
export const typesRead = (event: EventContract): readonly string[] =>
  versionsRead(event).map((version) => typeOfVersion(event, version));

export const typeOfVersion = ({ producer, name }: EventContract, version: number): string =>
  `tocsin.${producer}.${name}.v${version}`;

/** `tocsin.incident`, the topic of the service that announces the event. */
export const topicOf = (service: ServiceName): string => `tocsin.${service}`;

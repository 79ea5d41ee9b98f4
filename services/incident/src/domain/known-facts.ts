import type { CinState, Crspi, SignalSource } from '@tocsin/contracts';

/** What other services decided about the incident, as far as we have heard. */
export interface KnownFacts {
  readonly crspi: Crspi;
  readonly cin: CinState;
  /** Risk to customer data was imminent or confirmed, and is not NONE yet: work does not stop at night. */
  readonly roundTheClock: boolean;
  /** When it was last declared reportable. */
  readonly declaredAt: Date | null;
}

export const nothingKnown: KnownFacts = {
  crspi: 'NOT_CONSIDERED',
  cin: 'NOT_STARTED',
  roundTheClock: false,
  declaredAt: null,
};

/** Customer notification has begun, and was not stood down. */
export const isUnderWay = ({ cin }: KnownFacts): boolean => cin !== 'NOT_STARTED' && cin !== 'STOOD_DOWN';

/** A detection that was promoted, as detection announced it. */
export interface KnownDetection {
  readonly id: string;
  readonly source: SignalSource;
  /** When its earliest signal was seen. */
  readonly firstSeenAt: Date;
  /** The tenants it concerns; may be empty. */
  readonly tenantIds: readonly string[];
}

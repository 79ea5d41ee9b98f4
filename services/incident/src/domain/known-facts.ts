import type { CinState, Crspi } from '@tocsin/contracts';

/** What other services decided about the incident, as far as we have heard. */
export interface KnownFacts {
  readonly crspi: Crspi;
  readonly cin: CinState;
  /** Risk to customer data is imminent or confirmed: work does not stop at night. */
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

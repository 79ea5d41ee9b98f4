import type { CustomerDataRisk } from '@tocsin/contracts';
import type { Classification, KnownIncident } from './classification.ts';

/** What a verdict leans on without naming it; read again later, it tells whether the verdict still stands. */
export interface Circumstances {
  /** Of the incident: grows when it is reopened. */
  readonly cycle: number;
  /** Sum of the people in the scopes that are not ruled out. */
  readonly subjects: number;
  readonly customerDataRisk: CustomerDataRisk;
}

export const circumstancesOf = ({ scopes, assessment }: Classification, { cycle }: KnownIncident): Circumstances => ({
  cycle,
  subjects: scopes
    .filter(({ status }) => status !== 'RULED_OUT')
    .reduce((sum, { subjects }) => sum + (subjects ?? 0), 0),
  customerDataRisk: assessment?.customerDataRisk ?? 'NONE',
});

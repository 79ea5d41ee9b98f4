import type { Stage } from '@tocsin/contracts';
import type { Incident } from './incident.ts';

/** When an incident reached what is measured; null if it has not. */
export interface Milestones {
  /** Somebody began to work on it: the first entry into ASSESS. */
  readonly acknowledgedAt: Date | null;
  /** It was judged: the first entry into DIAGNOSE or CLOSE, which both come from ASSESS. */
  readonly assessedAt: Date | null;
  /** Both risks were verified as contained, and it was not diagnosed anew since. */
  readonly containedAt: Date | null;
}

export const milestonesOf = ({
  stageEntries,
  containment,
}: Pick<Incident, 'stageEntries' | 'containment'>): Milestones => {
  const firstOf = (...stages: readonly Stage[]): Date | null =>
    stageEntries.find(({ stage }) => stages.includes(stage))?.at ?? null;
  return {
    acknowledgedAt: firstOf('ASSESS'),
    assessedAt: firstOf('DIAGNOSE', 'CLOSE'),
    containedAt: containment?.verifiedAt ?? null,
  };
};

/** Seconds from the opening of an incident to each milestone; null is not zero: it was not reached. */
export interface IncidentMetrics {
  readonly timeToAcknowledge: number | null;
  readonly timeToAssess: number | null;
  readonly timeToContain: number | null;
  readonly timeToDeclare: number | null;
  readonly timeToClose: number | null;
}

/** What is not written in the incident itself. */
export interface OtherMilestones {
  /** When it was declared reportable, as far as we have heard. */
  readonly declaredAt: Date | null;
  /** When somebody took the page that its opening had sent. */
  readonly pageAcknowledgedAt: Date | null;
}

/**
 * Whoever takes the page has taken up the incident, before he moves it to ASSESS; whoever moves it without taking a page
 * has too. The view incident_listing_source says the same for many.
 */
export function metricsOf(incident: Incident, { declaredAt, pageAcknowledgedAt }: OtherMilestones): IncidentMetrics {
  const { acknowledgedAt, assessedAt, containedAt } = milestonesOf(incident);
  const secondsTo = (at: Date | null): number | null =>
    at === null ? null : (at.getTime() - incident.detectedAt.getTime()) / 1_000;
  return {
    timeToAcknowledge: secondsTo(earlier(acknowledgedAt, pageAcknowledgedAt)),
    timeToAssess: secondsTo(assessedAt),
    timeToContain: secondsTo(containedAt),
    timeToDeclare: secondsTo(declaredAt),
    timeToClose: secondsTo(incident.status === 'CLOSED' ? incident.closedAt : null),
  };
}

const earlier = (one: Date | null, other: Date | null): Date | null =>
  one !== null && other !== null ? (one < other ? one : other) : (one ?? other);

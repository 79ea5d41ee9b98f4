import { isProviderPartner, type Principal, type Role } from '@tocsin/access';
import { Disposition, Responsibility, SignalSource, Stage } from '@tocsin/contracts';
import type { IncidentFilter } from '../store/incident-filter.ts';
import type { Listed } from './population.ts';

/* The rules of lists and counts once more, over all incidents one by one. */

/** What he may see of them. */
export const seenBy = (incidents: readonly Listed[], by: Principal): Listed[] =>
  incidents.filter(
    ({ members }) =>
      isProviderPartner(by) ||
      members.some(
        ({ principalId, role, until }) =>
          principalId === by.id &&
          by.roles.includes(role as Role) &&
          (until === null || until > new Date('2090-01-01')),
      ),
  );

const has = <T>(values: readonly T[] | null | undefined, value: T | null): boolean =>
  values == null || values.length === 0 || (value !== null && values.includes(value));

/** Whether an incident fits all of the filter but its search. */
export const fits = (filter: IncidentFilter) => (incident: Listed) =>
  has(filter.stages, incident.stage) &&
  has(filter.statuses, incident.status) &&
  has(filter.sources, incident.source) &&
  has(filter.responsibilities, incident.responsibility) &&
  has(filter.dispositions, incident.disposition) &&
  (filter.openedFrom == null || incident.detectedAt >= filter.openedFrom) &&
  (filter.openedTo == null || incident.detectedAt < filter.openedTo) &&
  (filter.onCall == null || incident.onCall === filter.onCall) &&
  (filter.roundTheClock == null || incident.roundTheClock === filter.roundTheClock);

/** How many of them have which values. */
export function facetsOf(seen: readonly Listed[]) {
  const counts = <T>(values: readonly T[], of: (incident: Listed) => T | null) =>
    values
      .map((value) => ({ value, count: seen.filter((incident) => of(incident) === value).length }))
      .filter(({ count }) => count > 0);
  return {
    stages: counts(Stage.options, ({ stage }) => stage),
    statuses: counts(['OPEN', 'CLOSED'], ({ status }) => status),
    sources: counts(SignalSource.options, ({ source }) => source),
    responsibilities: counts(Responsibility.options, ({ responsibility }) => responsibility),
    dispositions: counts(Disposition.options, ({ disposition }) => disposition),
  };
}

/** How long they took. */
export const timesOf = (seen: readonly Listed[]) => ({
  count: seen.length,
  timeToAcknowledge: spread(seen, ({ acknowledgedAt, pageAcknowledgedAt }) =>
    acknowledgedAt === null || (pageAcknowledgedAt !== null && pageAcknowledgedAt < acknowledgedAt)
      ? pageAcknowledgedAt
      : acknowledgedAt,
  ),
  timeToAssess: spread(seen, ({ assessedAt }) => assessedAt),
  timeToContain: spread(seen, ({ containedAt }) => containedAt),
  timeToDeclare: spread(seen, ({ declaredAt }) => declaredAt),
  timeToClose: spread(seen, ({ closedAt }) => closedAt),
});

/** Median and 90th percentile: the shortest time that so many did not exceed (nearest rank). */
function spread(seen: readonly Listed[], milestone: (incident: Listed) => Date | null) {
  const seconds = seen
    .flatMap((incident) => {
      const at = milestone(incident);
      return at === null ? [] : [(at.getTime() - incident.detectedAt.getTime()) / 1_000];
    })
    .sort((a, b) => a - b);
  const at = (share: number): number | null => seconds[Math.ceil(share * seconds.length) - 1] ?? null;
  return { count: seconds.length, medianSeconds: at(0.5), p90Seconds: at(0.9) };
}

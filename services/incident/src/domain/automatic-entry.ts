import type { AnyEvent, EventData, Occurrence } from '@tocsin/contracts';
import type { AutomaticKind, TimelineEntry } from './timeline.ts';

/** What an event about an incident leaves in its timeline; who did it and when is known from the transaction. */
export interface AutomaticEntry {
  readonly kind: AutomaticKind;
  readonly text: string;
  readonly refs: readonly string[];
}

type Produced = Extract<AnyEvent, { readonly producer: 'incident' }>;
type Telling = { readonly [E in Produced as E['name']]?: (data: EventData<E>) => AutomaticEntry };

const entry = (kind: AutomaticKind, text: string, ...refs: string[]): AutomaticEntry => ({ kind, text, refs });

/** Facts only: reasons and descriptions stay where they were written. */
const telling: Telling = {
  IncidentOpened: ({ number, source, detectionIds }) =>
    entry('OPENED', `Incident ${String(number)} opened from ${source}.`, ...detectionIds),
  AssignmentChanged: ({ role, principalId, until }) =>
    entry('MEMBERSHIP', `${role} joined${until === undefined ? '' : ` until ${until}`}.`, principalId),
  ResponsibilityDecided: ({ responsibility }) => entry('RESPONSIBILITY', `Responsibility: ${responsibility}.`),
  HandOverIssued: ({ tenantId }) => entry('RESPONSIBILITY', 'Handed over to the tenant.', tenantId),
  StageChanged: ({ from, to, n }) => entry('STAGE', `Stage ${String(n)}: ${to}, after ${from}.`),
  EvidenceAdded: ({ environment, evidenceId }) => entry('EVIDENCE', `Evidence from ${environment}.`, evidenceId),
  TransferChanged: ({ state, transferId }) => entry('TRANSFER', `Transfer of evidence: ${state}.`, transferId),
  ActionChanged: ({ kind, state, reviewed, actionId }) =>
    entry('ACTION_CHANGED', `${kind}: ${state}${reviewed === true ? ', reviewed' : ''}.`, actionId),
  ContainmentVerified: () => entry('CONTAINMENT', 'Customer and business risk verified as contained.'),
  IncidentClosed: ({ disposition }) => entry('CLOSED', `Closed: ${disposition}.`),
  TlpChanged: ({ tlp }) => entry('TLP', `TLP: ${tlp}.`),
  IncidentRelated: ({ relatedIncidentId }) => entry('RELATION', 'Related to another incident.', relatedIncidentId),
  IncidentMerged: ({ mergedIncidentId }) => entry('RELATION', 'A duplicate was merged into it.', mergedIncidentId),
  IncidentSplit: ({ splitIncidentId, detectionIds }) =>
    entry('RELATION', 'Detections left for an incident of their own.', splitIncidentId, ...detectionIds),
  IncidentReopened: ({ cycle }) => entry('REOPENED', `Reopened: cycle ${String(cycle)}.`),
};

/** The entry of one event, or null if responders need none. */
export function entryFor({ event, data }: Occurrence): AutomaticEntry | null {
  const tell = (telling as Readonly<Record<string, ((data: unknown) => AutomaticEntry) | undefined>>)[event.name];
  return tell?.(data) ?? null;
}

/** The entries of everything that was announced about one incident at once. Their ids ascend, for lists go by time and id. */
export const entriesFor = (
  incidentId: string,
  events: readonly Occurrence[],
  { actorId, now, newId }: { readonly actorId: string; readonly now: Date; readonly newId: () => string },
): TimelineEntry[] =>
  ascending(
    events.flatMap((event) => entryFor(event) ?? []),
    newId,
  ).map(([id, told]) => {
    const written = { id, incidentId, occurredAt: now, recordedAt: now, recordedBy: actorId };
    return { ...told, ...written, corrects: null, reason: null };
  });

function ascending<T>(values: readonly T[], newId: () => string): readonly (readonly [string, T])[] {
  const ids = values.map(newId).sort();
  return values.map((value, n) => [ids[n] ?? newId(), value] as const);
}

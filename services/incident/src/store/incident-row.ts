import type { Action, Containment, Evidence, Incident, StageEntry } from '../domain/incident.ts';
import { milestonesOf } from '../domain/milestones.ts';
import type { IncidentDetectionRow } from './incident-detection-table.ts';
import type { IncidentMemberRow } from './incident-member-table.ts';
import type { IncidentRow, Stored } from './incident-table.ts';

/* Row <-> domain of the incident. */

export function toRow(incident: Incident): IncidentRow {
  const { members: _members, detectionIds: _detectionIds, ...facts } = incident;
  return {
    ...facts,
    ...milestonesOf(incident),
    stageEntries: incident.stageEntries.map((entry) => ({ ...entry, at: entry.at.toISOString() })),
    evidence: incident.evidence.map(storedEvidence),
    actions: incident.actions.map(storedAction),
    containment: storedContainment(incident.containment),
    disposition: incident.status === 'CLOSED' ? incident.disposition : null,
    closedAt: incident.status === 'CLOSED' ? incident.closedAt : null,
  };
}

/** @throws Error if a closed row lacks what the database's check asks for. */
export function toIncident(
  row: IncidentRow,
  members: readonly IncidentMemberRow[],
  detections: readonly IncidentDetectionRow[],
): Incident {
  const { status, disposition, closedAt, acknowledgedAt: _a, assessedAt: _b, containedAt: _c, ...rest } = row;
  const facts = {
    ...rest,
    members: members.map(({ incidentId: _, ...member }) => member),
    detectionIds: detections.map(({ detectionId }) => detectionId),
    stageEntries: row.stageEntries.map((entry): StageEntry => ({ ...entry, at: new Date(entry.at) })),
    evidence: row.evidence.map(toEvidence),
    actions: row.actions.map(toAction),
    containment: row.containment === null ? null : toContainment(row.containment),
  };
  if (status === 'OPEN') return { ...facts, status };
  if (disposition === null || closedAt === null) throw new Error(`Closed incident ${row.id} has no disposition.`);
  return { ...facts, status, disposition, closedAt };
}

const instant = (text: string | null): Date | null => (text === null ? null : new Date(text));

const storedEvidence = (evidence: Evidence): Stored<Evidence> => ({
  ...evidence,
  collectedAt: evidence.collectedAt.toISOString(),
  addedAt: evidence.addedAt.toISOString(),
});
const toEvidence = (stored: Stored<Evidence>): Evidence => ({
  ...stored,
  collectedAt: new Date(stored.collectedAt),
  addedAt: new Date(stored.addedAt),
});

const storedAction = (action: Action): Stored<Action> => ({
  ...action,
  dueAt: action.dueAt?.toISOString() ?? null,
  doneAt: action.doneAt?.toISOString() ?? null,
  reviewedAt: action.reviewedAt?.toISOString() ?? null,
  recordedAt: action.recordedAt.toISOString(),
});
const toAction = (stored: Stored<Action>): Action => ({
  ...stored,
  dueAt: instant(stored.dueAt),
  doneAt: instant(stored.doneAt),
  reviewedAt: instant(stored.reviewedAt),
  recordedAt: new Date(stored.recordedAt),
});

const storedContainment = (containment: Containment | null): Stored<Containment> | null =>
  containment && { ...containment, verifiedAt: containment.verifiedAt.toISOString() };
const toContainment = (stored: Stored<Containment>): Containment => ({
  ...stored,
  verifiedAt: new Date(stored.verifiedAt),
});

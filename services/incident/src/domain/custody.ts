import type { CustodyAct, Environment, Occurrence } from '@tocsin/contracts';
import { ReasonRequired } from '@tocsin/errors';
import type { Act } from './act.ts';
import { EnvironmentNotGranted, EvidenceDestroyed } from './errors.ts';
import type { Evidence, Incident } from './incident.ts';

/** One thing that was done to a piece of evidence; never changed. */
export interface CustodyEntry {
  /** The evidence's. */
  readonly id: string;
  /** Its place in the chain: 1 for COLLECTED, and one more for each that follows. */
  readonly version: number;
  readonly incidentId: string;
  readonly act: CustodyAct;
  readonly actorId: string;
  readonly at: Date;
  readonly reason: string;
}

/** What people record themselves; COLLECTED, ACCESSED and TRANSFERRED are written when they happen. */
export type RecordedAct = Exclude<CustodyAct, 'COLLECTED' | 'ACCESSED' | 'TRANSFERRED'>;

/** The beginnings of the chains of whatever evidence was added; what another incident recorded has its chain there. */
export const firstEntries = (incident: Incident, events: readonly Occurrence[]): CustodyEntry[] => {
  const added = new Set(
    events.map(({ event, data }) => (event.name === 'EvidenceAdded' && 'evidenceId' in data ? data.evidenceId : null)),
  );
  return incident.evidence
    .filter(({ id, fromIncidentId }) => added.has(id) && fromIncidentId === undefined)
    .map(({ id, addedBy: actorId, collectedAt: at }) => {
      const facts = { id, version: 1, incidentId: incident.id, actorId, at };
      return { ...facts, act: 'COLLECTED', reason: 'Recorded as evidence.' };
    });
};

/** The next entry of the chain. Errors: REASON_REQUIRED, EVIDENCE_DESTROYED. */
export function nextEntry(
  last: CustodyEntry,
  { act, reason }: { readonly act: CustodyAct; readonly reason: string },
  { actorId, now }: Pick<Act, 'actorId' | 'now'>,
): CustodyEntry {
  mustExist(last);
  if (reason.trim() === '') throw ReasonRequired();
  return { ...last, version: last.version + 1, act, actorId, at: now, reason: reason.trim() };
}

/** @throws EVIDENCE_DESTROYED */
export function mustExist(last: CustodyEntry): void {
  if (last.act === 'DESTROYED') throw EvidenceDestroyed({ evidenceId: last.id });
}

/** Viewing and handling are restricted for each environment. Errors: ENVIRONMENT_NOT_GRANTED. */
export function mustBeGranted({ environment }: Evidence, granted: readonly Environment[]): void {
  if (!granted.includes(environment)) throw EnvironmentNotGranted({ environment });
}

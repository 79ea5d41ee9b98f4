import type { StaffRole, Stage } from '@tocsin/contracts';
import type { Act } from './act.ts';
import { nothingKnown } from './known-facts.ts';
import { next, type Evidence, type OpenIncident, type StageEntry } from './incident.ts';
import { open } from './opening.ts';
import type { StaffMember } from './staff.ts';

/* Builders for specs: each shows only what matters to the test. */

export const now = new Date('2026-11-22T10:00:00Z');
export const later = new Date('2026-11-29T10:00:00Z');
export { nothingKnown };

/** No notice of the incident is held. */
export const notHeld = { activeHoldIds: [] };

/** A UUID that ends in the number. */
export const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** The tenant that the directory knows. */
export const tenantId = idOf(700);
export const knownAtDecision = { ...nothingKnown, concernedTenantIds: [tenantId], listedTenantIds: [tenantId] };

export const evidenceId = idOf(900);
export const grounds = { reason: 'seen in the sign-in log', evidenceIds: [evidenceId] };

export const evidence: Evidence = {
  id: evidenceId,
  text: 'sign-in log',
  sha256: 'a'.repeat(64),
  environment: 'PRODUCTION',
  tlp: 'AMBER',
  collectedAt: now,
  addedBy: 'user:rea',
  addedAt: now,
};

export const aStaffMember = (principalId: string, ...roles: StaffRole[]): StaffMember => ({
  id: idOf(principalId.length),
  version: 1,
  principalId,
  name: principalId,
  roles,
  onCall: true,
  environments: ['PRODUCTION'],
});

export const responder = aStaffMember('user:rea', 'RESPONDER');
export const manager = aStaffMember('user:ima', 'INCIDENT_MANAGER');

let ids = 1_000;

const acting = (actorId: string, roles: readonly StaffRole[]): Act => ({
  actorId,
  roles,
  now,
  newId: () => idOf((ids += 1)),
});

export const asResponder: Act = acting('user:rea', ['RESPONDER']);
export const asManager: Act = acting('user:ima', ['INCIDENT_MANAGER']);
export const asLegal: Act = acting('user:leo', ['LEGAL']);
export const asPrivacyOfficer: Act = acting('user:pia', ['PRIVACY_OFFICER']);
export const asEngineer: Act = acting('user:eng', ['SERVICE_ENGINEER']);

/** An open incident with one piece of evidence, both leaders on call, in the given stage. */
export function anIncident(patch: Partial<OpenIncident> = {}): OpenIncident {
  const order = {
    incidentId: idOf(1),
    number: 1,
    detectionId: idOf(2),
    source: 'AUTOMATED_SIGNATURE',
    firstSeenAt: new Date('2026-11-22T09:00:00Z'),
    promotedBy: 'user:rea',
  } as const;
  const { state } = open(order, [responder, manager], now);
  if (state.status !== 'OPEN') throw new Error('An incident opens open.');
  const { stage = 'DETECT' } = patch;
  return next(state, { evidence: [evidence], stageEntries: pathTo(stage), ...patch });
}

/** The shortest way to a stage; CLOSE is reached from ASSESS. */
function pathTo(stage: Stage): StageEntry[] {
  const path: Stage[] = stage === 'CLOSE' ? ['DETECT', 'ASSESS', 'CLOSE'] : upTo(stage);
  return path.map((entered, index) => entry(index + 1, entered));
}

const upTo = (stage: Stage): Stage[] => {
  const stages: Stage[] = ['DETECT', 'ASSESS', 'DIAGNOSE', 'STABILIZE'];
  return stages.slice(0, stages.indexOf(stage) + 1);
};

const entry = (n: number, stage: Stage): StageEntry => ({
  n,
  stage,
  cycle: 1,
  at: now,
  actorId: 'user:rea',
  reason: 'as the story goes',
});

/** An incident in CLOSE that came from the given stage. */
export const anIncidentInClose = (from: 'ASSESS' | 'DIAGNOSE' | 'STABILIZE', patch: Partial<OpenIncident> = {}) => {
  const path = [...upTo(from), 'CLOSE' as const];
  return anIncident({ stage: 'CLOSE', stageEntries: path.map((stage, index) => entry(index + 1, stage)), ...patch });
};

/** The code with which something is refused; fails if it is not. */
export function refusalOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
    throw error;
  }
  return 'not refused';
}

import {
  IncidentClosed,
  IncidentReopened,
  occurred,
  StageChanged,
  type Change,
  type Disposition,
  type PostMortemState,
  type Stage,
} from '@tocsin/contracts';
import { actingAs, decided, mustBeGrounded, mustGoOn, type Act, type Grounds } from './act.ts';
import {
  ActionsUntracked,
  DispositionRefused,
  IncidentNotClosed,
  PostMortemRequired,
  RetractFirst,
  StageTransitionRefused,
} from './errors.ts';
import { about, next, type ClosedIncident, type Incident, type OpenIncident } from './incident.ts';
import type { KnownFacts } from './known-facts.ts';
import { isApproved } from './post-mortem.ts';
import { enterStage } from './stages.ts';

export interface ClosingOrder extends Grounds {
  readonly disposition: Disposition;
  /** The incident that goes on in its place, if it is merged. */
  readonly mergedInto?: string;
}

/** What is known when it is to be closed; whoever names no post-mortem has none. */
export interface KnownAtClosing extends KnownFacts {
  readonly postMortem?: PostMortemState | null;
}

/** Which dispositions fit the stage from which the incident came to CLOSE (`domain.md` section 5). */
const dispositions: Readonly<Partial<Record<Stage, readonly Disposition[]>>> = {
  ASSESS: ['FALSE_POSITIVE', 'CUSTOMER_RESPONSIBILITY', 'DUPLICATE', 'NOT_ESCALATED'],
  DIAGNOSE: ['FALSE_POSITIVE', 'CUSTOMER_RESPONSIBILITY', 'DUPLICATE', 'EXERCISE'],
  STABILIZE: ['RESOLVED', 'EXERCISE'],
};

/**
 * CLOSE, OPEN -> CLOSED. Whoever led the incident when it came to CLOSE closes it.
 *
 * Errors: STAGE_TRANSITION_REFUSED (not in stage CLOSE, or closed already), FORBIDDEN, REASON_REQUIRED,
 * EVIDENCE_UNKNOWN, DISPOSITION_REFUSED, RETRACT_FIRST (I-7), POST_MORTEM_REQUIRED (R-28, I-31), ACTIONS_UNTRACKED (I-32).
 */
export function close(
  incident: Incident,
  order: ClosingOrder,
  known: KnownAtClosing,
  act: Act,
): Change<Incident, 'incident'> {
  const { disposition, mergedInto } = order;
  if (incident.stage !== 'CLOSE' || incident.status === 'CLOSED')
    throw StageTransitionRefused({ from: incident.stage, status: incident.status, to: 'CLOSED' });
  const from = incident.stageEntries.at(-2)?.stage ?? incident.stage;
  const role = actingAs(act, from === 'ASSESS' ? ['RESPONDER', 'INCIDENT_MANAGER'] : ['INCIDENT_MANAGER']);
  mustBeGrounded(incident, order);
  const possible = dispositionsOf(incident, from);
  if (!possible.includes(disposition)) throw DispositionRefused({ disposition, from, possible });
  mustBeReviewed(known, disposition);
  if (mergedInto === undefined) mustBeTracked(incident);
  const closed = { status: 'CLOSED', disposition, closedAt: act.now, mergedInto: mergedInto ?? null } as const;
  const state: ClosedIncident = { ...next(incident, {}), ...closed };
  const facts = { disposition, cycle: state.cycle, ...(mergedInto !== undefined && { mergedInto }) };
  return {
    state,
    events: [occurred(IncidentClosed, { ...about(state, act.now), ...facts })],
    decisions: [decided(act, role, 'disposition', disposition, order)],
  };
}

/**
 * A data breach closes only with an approved post-mortem. Its SOP updates may outlast the closing (I-32): each has an
 * owner and a date from the start.
 */
function mustBeReviewed({ crspi, postMortem = null }: KnownAtClosing, disposition: Disposition): void {
  if (crspi !== 'DECLARED') return;
  if (disposition === 'FALSE_POSITIVE') throw RetractFirst();
  if (postMortem === null || !isApproved(postMortem)) throw PostMortemRequired();
}

/** What is still to do has an owner from the start, and outlives the incident only with a date (I-30, I-32). */
function mustBeTracked({ actions }: Incident): void {
  const untracked = actions.filter(
    ({ state, dueAt }) => dueAt === null && (state === 'PLANNED' || state === 'IN_PROGRESS'),
  );
  if (untracked.length > 0) throw ActionsUntracked({ actionIds: untracked.map(({ id }) => id) });
}

/** What fits the way the incident took, its responsibility (I-4), and whether it is an exercise (I-35). */
function dispositionsOf({ responsibility, exerciseId }: Incident, from: Stage): readonly Disposition[] {
  return (dispositions[from] ?? []).filter((disposition) => {
    if (disposition === 'CUSTOMER_RESPONSIBILITY') return responsibility === 'CUSTOMER';
    if (disposition === 'EXERCISE') return exerciseId !== null;
    return true;
  });
}

/**
 * CLOSED -> OPEN at DIAGNOSE: new evidence, a leaked key, an order under Art 34(4) GDPR.
 *
 * Errors: INCIDENT_NOT_CLOSED, INCIDENT_MERGED, REASON_REQUIRED, EVIDENCE_UNKNOWN.
 */
export function reopen(incident: Incident, order: Grounds, act: Act): Change<Incident, 'incident'> {
  const role = actingAs(act, ['INCIDENT_MANAGER']);
  if (incident.status === 'OPEN') throw IncidentNotClosed({ incidentId: incident.id });
  mustGoOn(incident);
  mustBeGrounded(incident, order);
  const { closedAt: _closedAt, disposition: _disposition, ...facts } = incident;
  const open: OpenIncident = { ...facts, status: 'OPEN', cycle: incident.cycle + 1 };
  const { state, entry } = enterStage(open, { to: 'DIAGNOSE', reason: order.reason }, act);
  const { n, cycle } = entry;
  return {
    state,
    events: [
      occurred(IncidentReopened, { ...about(state, act.now), cycle }),
      occurred(StageChanged, { ...about(state, act.now), from: incident.stage, to: entry.stage, n, cycle }),
    ],
    decisions: [decided(act, role, 'reopening', { cycle }, order)],
  };
}

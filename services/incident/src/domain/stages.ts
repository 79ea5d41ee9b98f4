import { occurred, StageChanged, type Change, type Stage, type StaffRole } from '@tocsin/contracts';
import { actingAs, decided, mustBeEvidenced, mustBeGrounded, type Act, type Grounds } from './act.ts';
import { isUnreviewed } from './actions.ts';
import {
  ActionsUnreviewed,
  AttributionRequired,
  ContainmentNotVerified,
  CorrectiveActionsOpen,
  HoldActive,
  OnCallRequired,
  StageTransitionRefused,
} from './errors.ts';
import { about, next, rolesIn, type Incident, type OpenIncident, type StageEntry } from './incident.ts';

export interface StageOrder extends Grounds {
  readonly to: Stage;
}

/** What other services have decided that a stage depends on. */
export interface KnownAtStage {
  /** The holds that stop notices of the incident. */
  readonly activeHoldIds: readonly string[];
}

interface Circumstances extends KnownAtStage {
  readonly now: Date;
}

type Guard = (incident: Incident, order: StageOrder, circumstances: Circumstances) => void;

interface Transition {
  readonly by: readonly StaffRole[];
  readonly guards: readonly Guard[];
}

const responders = ['RESPONDER', 'INCIDENT_MANAGER'] as const;
const managers = ['INCIDENT_MANAGER'] as const;

/** Who leads the incident where it stands, or stood before CLOSE. */
export const leadersOf = ({ stage, stageEntries }: Incident): readonly StaffRole[] => {
  const from = stage === 'CLOSE' ? stageEntries.at(-2)?.stage : stage;
  return from === 'DETECT' || from === 'ASSESS' ? responders : managers;
};

const onCallAssigned: Guard = (incident, _order, { now }) => {
  const { onCallId } = incident;
  if (onCallId === null || !rolesIn(incident, onCallId, now).includes('RESPONDER')) throw OnCallRequired();
};

/** I-5, R-34. */
const attributed: Guard = ({ source, responsibility }) => {
  if (source === 'CUSTOMER_REPORT' && responsibility === 'UNDETERMINED') throw AttributionRequired();
};

/** the tenant leads; we do not diagnose in its realm. */
const notCustomers: Guard = (incident, order) => {
  if (incident.responsibility === 'CUSTOMER') throw refused(incident, order.to);
};

const evidenced: Guard = (incident, order) => mustBeEvidenced(incident, order);

const containmentVerified: Guard = ({ containment }) => {
  if (containment === null) throw ContainmentNotVerified();
};

/** R-70; long-term mitigation may stay open, with its owner and date (I-30). */
const measuresDone: Guard = ({ actions }) => {
  const open = actions.filter(
    ({ kind, state }) => kind !== 'LONG_TERM_MITIGATION' && state !== 'DONE' && state !== 'CANCELLED',
  );
  if (open.length > 0) throw CorrectiveActionsOpen({ actionIds: open.map(({ id }) => id) });
};

/** What was done before the usual review has had it by now. */
const emergenciesReviewed: Guard = ({ actions }) => {
  const unreviewed = actions.filter(isUnreviewed);
  if (unreviewed.length > 0) throw ActionsUnreviewed({ actionIds: unreviewed.map(({ id }) => id) });
};

/** Customers are still to be told, and somebody must look whether that may wait any longer. */
const nothingHeld: Guard = (_incident, _order, { activeHoldIds: holdIds }) => {
  if (holdIds.length > 0) throw HoldActive({ holdIds });
};

/** `domain.md` section 5: what is not listed is refused. Which dispositions fit is asked when it is closed. */
const transitions: Readonly<Record<Stage, Readonly<Partial<Record<Stage, Transition>>>>> = {
  DETECT: { ASSESS: { by: responders, guards: [onCallAssigned] } },
  ASSESS: {
    DIAGNOSE: { by: responders, guards: [attributed, notCustomers, evidenced] },
    CLOSE: { by: responders, guards: [attributed, evidenced] },
  },
  DIAGNOSE: { STABILIZE: { by: managers, guards: [] }, CLOSE: { by: managers, guards: [evidenced] } },
  STABILIZE: {
    DIAGNOSE: { by: managers, guards: [] },
    CLOSE: { by: managers, guards: [containmentVerified, measuresDone, emergenciesReviewed, nothingHeld] },
  },
  CLOSE: {},
};

const refused = (incident: Incident, to: Stage): Error =>
  StageTransitionRefused({
    from: incident.stage,
    to,
    responsibility: incident.responsibility,
    possible: Object.keys(transitions[incident.stage]),
  });

/**
 * Moves the incident to another stage. A responder leads it until it is escalated, the incident manager from then on.
 *
 * Errors: STAGE_TRANSITION_REFUSED, FORBIDDEN, REASON_REQUIRED, EVIDENCE_REQUIRED, EVIDENCE_UNKNOWN, ON_CALL_REQUIRED,
 * ATTRIBUTION_REQUIRED, CONTAINMENT_NOT_VERIFIED, CORRECTIVE_ACTIONS_OPEN, ACTIONS_UNREVIEWED, HOLD_ACTIVE.
 */
export function advance(
  incident: Incident,
  order: StageOrder,
  known: KnownAtStage,
  act: Act,
): Change<Incident, 'incident'> {
  const { stage: from } = incident;
  const transition = transitions[from][order.to];
  if (transition === undefined || incident.status === 'CLOSED') throw refused(incident, order.to);
  const role = actingAs(act, transition.by);
  mustBeGrounded(incident, order);
  for (const guard of transition.guards) guard(incident, order, { ...known, now: act.now });
  const { state, entry } = enterStage(incident, order, act);
  return {
    state,
    events: [
      occurred(StageChanged, { ...about(state, act.now), from, to: entry.stage, n: entry.n, cycle: entry.cycle }),
    ],
    decisions: [decided(act, role, 'stage', { from, to: entry.stage, n: entry.n }, order)],
  };
}

/** Writes the numbered entry. Diagnosing anew puts the containment in doubt: it is verified again. */
export function enterStage(
  incident: OpenIncident,
  order: { readonly to: Stage; readonly reason: string },
  act: Act,
): { readonly state: OpenIncident; readonly entry: StageEntry } {
  const entry: StageEntry = {
    n: incident.stageEntries.length + 1,
    stage: order.to,
    cycle: incident.cycle,
    at: act.now,
    actorId: act.actorId,
    reason: order.reason.trim(),
  };
  const state = next(incident, {
    stage: order.to,
    stageEntries: [...incident.stageEntries, entry],
    ...(order.to === 'DIAGNOSE' && { containment: null }),
  });
  return { state, entry };
}

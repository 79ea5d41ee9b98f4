import { DetectionAttached, IncidentMerged, occurred, type Change, type Decision } from '@tocsin/contracts';
import { actingAs, decided, mustBeOpen, type Act, type Grounds } from './act.ts';
import { actionChanged } from './actions.ts';
import { close } from './closing.ts';
import { MergeRefused, RetractFirst, StageTooEarly } from './errors.ts';
import { evidenceAdded } from './evidence.ts';
import { about, isPresent, next, type Incident, type Member, type OpenIncident } from './incident.ts';
import { isUnderWay, type KnownFacts } from './known-facts.ts';
import { joined } from './opening.ts';
import { advance, leadersOf } from './stages.ts';

type IncidentChange = Change<Incident, 'incident'>;

/** What the two become; committed together. */
export interface Merger {
  readonly duplicate: IncidentChange;
  readonly target: IncidentChange;
}

/** The actor in the duplicate, and in the incident that it is merged into: each may know him in other roles. */
export interface Acts {
  readonly duplicate: Act;
  readonly target: Act;
}

/**
 * The duplicate is closed as DUPLICATE and names the incident that goes on; what it held goes on there: detections move,
 * evidence and actions are taken over under their ids, the people of each are joined to the other. The duplicate keeps
 * its own history as it was.
 *
 * Errors: MERGE_REFUSED, INCIDENT_CLOSED, RETRACT_FIRST, STAGE_TOO_EARLY, FORBIDDEN, and those of `advance` and `close`.
 */
export function merge(duplicate: Incident, target: Incident, order: Grounds, known: KnownFacts, acts: Acts): Merger {
  mustFit(duplicate, target);
  if (known.crspi === 'DECLARED') throw RetractFirst();
  if (isUnderWay(known)) throw MergeRefused({ because: 'CUSTOMER_NOTIFICATION_BEGUN', cin: known.cin });
  const role = actingAs(acts.target, leadersOf(duplicate));
  const closed = closeAsDuplicate(duplicate, target, order, { known, act: acts.duplicate });
  const decision = decided(acts.target, role, 'merge', { mergedIncidentId: duplicate.id }, order);
  return { duplicate: closed, target: takeOver(target, duplicate, decision, acts.target.now) };
}

function mustFit(duplicate: Incident, target: Incident): asserts target is OpenIncident {
  if (duplicate.id === target.id) throw MergeRefused({ because: 'ITSELF' });
  mustBeOpen(duplicate);
  mustBeOpen(target);
  // A real finding must not disappear in an exercise, nor an exercise count as real (I-35).
  if (duplicate.exerciseId !== target.exerciseId) throw MergeRefused({ because: 'OTHER_EXERCISE' });
  if (target.stage === 'DETECT') throw StageTooEarly({ stage: target.stage, needed: 'ASSESS' });
  // What is taken over may be open; in CLOSE nobody would ask for it any more.
  if (target.stage === 'CLOSE') throw MergeRefused({ because: 'TARGET_IN_CLOSE' });
}

/** Only the way from STABILIZE to CLOSE asks for holds, and nothing is merged from there. */
const notHeld = { activeHoldIds: [] };

/** The listed way to DUPLICATE (`domain.md` section 5), in one version. */
function closeAsDuplicate(
  duplicate: Incident,
  target: Incident,
  order: Grounds,
  { known, act }: { readonly known: KnownFacts; readonly act: Act },
): IncidentChange {
  const inClose: IncidentChange =
    duplicate.stage === 'CLOSE'
      ? { state: duplicate, events: [] }
      : advance(duplicate, { ...order, to: 'CLOSE' }, notHeld, act);
  const closing = { ...order, disposition: 'DUPLICATE', mergedInto: target.id } as const;
  const closed = close(inClose.state, closing, known, act);
  const { members, newcomers } = join(duplicate, target, act.now);
  const state: Incident = { ...closed.state, detectionIds: [], members, version: duplicate.version + 1 };
  return {
    state,
    events: [...inClose.events, ...closed.events, ...newcomers.map((member) => joined(state, member, act.now))],
    decisions: [...(inClose.decisions ?? []), ...(closed.decisions ?? [])],
  };
}

/** What was verified as contained was less than it is now, so it is verified again. */
function takeOver(target: Incident, duplicate: Incident, decision: Decision, now: Date): IncidentChange {
  const evidence = foreign(target.evidence, duplicate.evidence, duplicate.id);
  const actions = foreign(target.actions, duplicate.actions, duplicate.id);
  const { members, newcomers } = join(target, duplicate, now);
  const earlier = duplicate.firstIndicationAt < target.firstIndicationAt ? duplicate : target;
  const state = next(target, {
    detectionIds: [...target.detectionIds, ...duplicate.detectionIds],
    evidence: [...target.evidence, ...evidence],
    actions: [...target.actions, ...actions],
    members,
    firstIndicationAt: earlier.firstIndicationAt,
    mergedFrom: [...target.mergedFrom, duplicate.id],
    containment: null,
  });
  const facts = about(state, now);
  return {
    state,
    events: [
      occurred(IncidentMerged, { ...facts, mergedIncidentId: duplicate.id }),
      ...duplicate.detectionIds.map((detectionId) => occurred(DetectionAttached, { ...facts, detectionId })),
      ...newcomers.map((member) => joined(state, member, now)),
      ...evidence.map((item) => evidenceAdded(state, item, now)),
      ...actions.map((action) => actionChanged(state, action, now)),
    ],
    decisions: [decision],
  };
}

/** What of `theirs` is new here; each says in which incident it was recorded first. */
export const foreign = <T extends { readonly id: string; readonly fromIncidentId?: string }>(
  ours: readonly T[],
  theirs: readonly T[],
  fromIncidentId: string,
): readonly T[] => {
  const known = new Set(ours.map(({ id }) => id));
  return theirs.filter(({ id }) => !known.has(id)).map((item) => ({ fromIncidentId, ...item }));
};

/** The members once the present ones of the other incident are joined; nobody's membership or grants are narrowed. */
function join(
  { members }: Incident,
  other: Incident,
  now: Date,
): { readonly members: readonly Member[]; readonly newcomers: readonly Member[] } {
  const sameAs = (a: Member) => (b: Member) => a.principalId === b.principalId && a.role === b.role;
  const newcomers = other.members
    .filter((member) => isPresent(member, now))
    .flatMap((member) => {
      const known = members.find(sameAs(member));
      const wider = known === undefined ? member : wideningOf(known, member);
      return wider === null ? [] : [wider];
    });
  const kept = members.filter((member) => !newcomers.some(sameAs(member)));
  return { members: [...kept, ...newcomers], newcomers };
}

/** Both memberships in one; null if the known one is as wide already. */
function wideningOf(known: Member, other: Member): Member | null {
  const environments = [...new Set([...known.environments, ...other.environments])];
  const isLonger = known.until !== null && (other.until === null || other.until > known.until);
  if (!isLonger && environments.length === known.environments.length) return null;
  return { ...known, environments, until: isLonger ? other.until : known.until };
}

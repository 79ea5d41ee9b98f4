import { expect, it } from '@jest/globals';
import type { Change } from '@tocsin/contracts';
import { definedErrors } from '@tocsin/errors';
import fc from 'fast-check';
import { after, modelOf, nothingTold, told, type Model } from '../testing/incident-model.ts';
import { foretold, reasonsAgainst, type Command } from '../testing/incident-rules.ts';
import { story, type Story } from '../testing/incident-stories.ts';
import { cancelAction, completeAction, recordAction, reviewAction, startAction } from './actions.ts';
import {
  asResponder,
  aStaffMember,
  evidence,
  idOf,
  knownAtDecision,
  nothingKnown,
  now,
  refusalOf,
} from './an-incident.ts';
import { assign } from './assignment.ts';
import { close, reopen } from './closing.ts';
import { verifyContainment } from './containment.ts';
import { addEvidence } from './evidence.ts';
import type { Incident } from './incident.ts';
import { open } from './opening.ts';
import { decideResponsibility } from './responsibility.ts';
import { advance } from './stages.ts';

type IncidentChange = Change<Incident, 'incident'>;

/* A fixed seed: what is green today is green tomorrow. */
const settings = { seed: 20_261_122, numRuns: 100 };

/** The refusals that the commands of this file declare. */
const refusals = [
  'ACTIONS_UNREVIEWED',
  'ACTIONS_UNTRACKED',
  'ACTION_NOT_DONE',
  'ACTION_NOT_OPEN',
  'ACTION_REVIEWED',
  'ATTRIBUTION_REQUIRED',
  'BOTH_RISKS_REQUIRED',
  'CONTAINMENT_NOT_VERIFIED',
  'CORRECTIVE_ACTIONS_OPEN',
  'DISPOSITION_REFUSED',
  'EVIDENCE_REQUIRED',
  'EVIDENCE_UNKNOWN',
  'FORBIDDEN',
  'HOLD_ACTIVE',
  'INCIDENT_CLOSED',
  'INCIDENT_NOT_CLOSED',
  'INVALID_INPUT',
  'NOT_FOUND',
  'ON_CALL_REQUIRED',
  'OWNER_AND_DATE_REQUIRED',
  'POST_MORTEM_REQUIRED',
  'PRINCIPAL_NOT_ELIGIBLE',
  'REASON_REQUIRED',
  'RESPONSIBILITY_CONFLICT',
  'RETRACT_FIRST',
  'SAME_PERSON_REFUSED',
  'STAGE_TOO_EARLY',
  'STAGE_TRANSITION_REFUSED',
  'TENANT_REQUIRED',
  'TENANT_UNKNOWN',
  'TIME_ORDER_INVALID',
];

function perform(incident: Incident, { act, grounds, order, id }: Command): IncidentChange {
  switch (order.do) {
    case 'advance':
      return advance(incident, { ...grounds, to: order.to }, order, act);
    case 'close':
      return close(incident, { ...grounds, ...order }, { ...nothingKnown, crspi: order.crspi }, act);
    case 'reopen':
      return reopen(incident, grounds, act);
    case 'decide':
      return decideResponsibility(incident, { ...grounds, ...order }, { ...knownAtDecision, ...order }, act);
    case 'record':
      return recordAction(incident, { ...order, actionId: id }, ['user:eng'], act);
    case 'start':
      return startAction(incident, order, act);
    case 'complete':
      return completeAction(incident, { actionId: order.actionId, doneBy: null }, [], act);
    case 'cancel':
      return cancelAction(incident, { ...grounds, ...order }, act);
    case 'review':
      return reviewAction(incident, { ...grounds, ...order }, act);
    case 'verify': {
      const { evidenceIds } = grounds;
      return verifyContainment(incident, { customerRisk: 'contained', evidenceIds, ...order }, act);
    }
    case 'assign':
      return assign(incident, { ...grounds, ...order }, aStaffMember(order.principalId, 'RESPONDER'), act);
  }
}

interface Step {
  readonly command: Command;
  readonly before: Incident;
  /** What the incident was before the command, in words that cannot change. */
  readonly written: string;
  readonly model: Model;
  /** What speaks against the command by the rules of the design. */
  readonly reasons: readonly string[];
  readonly outcome: string;
  readonly change: IncidentChange | null;
}

function begin({ source, isExercise, onCall }: Story): { readonly state: Incident; readonly model: Model } {
  const { id, ...item } = evidence;
  const exerciseId = isExercise ? idOf(70) : null;
  const facts = { incidentId: idOf(1), number: 1, detectionId: idOf(2), source, exerciseId };
  const order = { ...facts, firstSeenAt: now, promotedBy: null };
  const opened = open(order, onCall, now);
  const { state, events } = addEvidence(opened.state, { ...item, evidenceId: id }, asResponder);
  return { state, model: [...opened.events, ...events].map(told).reduce(after, nothingTold) };
}

/** Plays the story; the model goes by what is announced only. */
function play(tale: Story): readonly Step[] {
  let { state: before, model } = begin(tale);
  const doers = new Map<string, readonly string[]>();
  const undated = new Set<string>();
  return tale.commands.map((given) => {
    const command = { ...given, id: idOf(before.actions.length + 1) };
    const written = JSON.stringify(before);
    const reasons = reasonsAgainst(model, { doers, undated }, command);
    let change: IncidentChange | null = null;
    const outcome = refusalOf(() => (change = perform(before, command)));
    const step: Step = { command, before, written, model, reasons, outcome, change };
    if (step.change !== null) {
      if (command.order.do === 'record' && command.order.dueAt === null) undated.add(command.id);
      if (command.order.do === 'complete') doers.set(command.order.actionId, [command.act.actorId]);
      if (command.order.do === 'record' && command.order.doneBy !== null)
        doers.set(command.id, [command.order.doneBy, command.act.actorId]);
      before = step.change.state;
      model = step.change.events.map(told).reduce(after, model);
    }
    return step;
  });
}

const ofEveryStep = (holds: (step: Step) => void): void =>
  fc.assert(
    fc.property(story, (tale) => play(tale).forEach(holds)),
    settings,
  );

it('R-21 a command is accepted exactly if the design lists it, else refused for a reason that the design gives', () => {
  ofEveryStep(({ reasons, outcome }) => expect(reasons.length === 0 ? ['not refused'] : reasons).toContain(outcome));
});

it('R-22 stage entries are numbered from 1 without a gap, and no later command changes them', () => {
  ofEveryStep(({ before, change }) => {
    if (change === null) return;
    const { stage, stageEntries } = change.state;
    expect(stageEntries.map(({ n }) => n)).toEqual(stageEntries.map((_, index) => index + 1));
    expect(stageEntries.slice(0, before.stageEntries.length)).toEqual(before.stageEntries);
    expect(stageEntries.at(-1)?.stage).toBe(stage);
  });
});

it('R-21 R-22 an accepted command announces what the design lists and nothing else', () => {
  ofEveryStep(({ command, model, change }) => {
    if (change === null) return;
    expect(change.events.map(told)).toEqual(foretold(model, command));
    for (const { event, data } of change.events) event.data.parse(data);
  });
});

it('R-21 whatever comes of a command, the incident it was given stays as it was', () => {
  ofEveryStep(({ before, written }) => expect(JSON.stringify(before)).toBe(written));
});

it('I-1 what the events tell is what the incident has become', () => {
  ofEveryStep(({ model, change }) => {
    if (change !== null) expect(change.events.map(told).reduce(after, model)).toEqual(modelOf(change.state));
  });
});

it('R-21 every refusal of these commands is reached, and is in the catalogue', () => {
  const reached = new Set<string>();
  ofEveryStep(({ outcome }) => reached.add(outcome));
  reached.delete('not refused');
  expect([...reached].sort()).toEqual(refusals);
  expect(definedErrors().map(({ code }) => code)).toEqual(expect.arrayContaining(refusals));
});

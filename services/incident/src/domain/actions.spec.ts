import { describe, expect, it } from '@jest/globals';
import {
  cancelAction,
  completeAction,
  isUnreviewed,
  recordAction,
  reviewAction,
  startAction,
  type ActionOrder,
} from './actions.ts';
import {
  anIncident,
  asEngineer,
  asManager,
  evidenceId,
  grounds,
  idOf,
  later,
  notHeld,
  nothingKnown,
  now,
  refusalOf,
} from './an-incident.ts';
import { close } from './closing.ts';
import { verifyContainment } from './containment.ts';
import { addEvidence } from './evidence.ts';
import type { Incident } from './incident.ts';
import { advance } from './stages.ts';

const closed: Incident = {
  ...anIncident({ stage: 'CLOSE' }),
  status: 'CLOSED',
  disposition: 'DUPLICATE',
  closedAt: now,
};

describe('evidence', () => {
  const order = {
    evidenceId: idOf(3),
    text: 'memory image',
    sha256: 'AB'.repeat(32),
    environment: 'PRODUCTION',
    collectedAt: now,
  } as const;

  it('is citable from now on, its digest in lower case; also in a closed incident', () => {
    const { state, events } = addEvidence(closed, order, asEngineer);
    expect(state.evidence.at(-1)).toMatchObject({ id: idOf(3), sha256: 'ab'.repeat(32), addedBy: 'user:eng' });
    expect(events[0]?.data).toMatchObject({ evidenceId: idOf(3), environment: 'PRODUCTION' });
  });

  it.each([
    ['a digest that is none', { sha256: 'abc' }, 'INVALID_INPUT'],
    ['an empty text', { text: ' ' }, 'INVALID_INPUT'],
    ['I-3 the future', { collectedAt: later }, 'TIME_ORDER_INVALID'],
  ])('refuses %s', (_, patch, code) => {
    expect(refusalOf(() => addEvidence(anIncident(), { ...order, ...patch }, asEngineer))).toBe(code);
  });
});

describe('actions', () => {
  const order: ActionOrder = {
    actionId: idOf(4),
    kind: 'CONTAINMENT',
    text: 'quarantine the host',
    ownerId: null,
    dueAt: null,
    doneBy: null,
  };
  const record = (patch: object = {}, incident: Incident = anIncident({ stage: 'DIAGNOSE' })) =>
    recordAction(incident, { ...order, ...patch }, ['user:eng', 'user:dee'], asEngineer);
  const target = { actionId: idOf(4) };
  const complete = (incident: Incident, doneBy: string | null = null, act = asManager) =>
    completeAction(incident, { ...target, doneBy }, ['user:dee'], act);
  const inProgress = () => startAction(record().state, target, asEngineer).state;

  it('R-27 quarantine is accepted in DIAGNOSE, owned by who records it', () => {
    expect(record().state.actions).toEqual([
      expect.objectContaining({ kind: 'CONTAINMENT', state: 'PLANNED', ownerId: 'user:eng' }),
    ]);
  });

  it('R-71 may be recorded as done at once', () => {
    const { state, events } = record({ kind: 'EMERGENCY_MITIGATION', doneBy: 'user:eng' });
    expect(state.actions[0]).toMatchObject({ state: 'DONE', doneBy: 'user:eng', doneAt: now });
    expect(events[0]?.data).toMatchObject({ actionId: idOf(4), state: 'DONE' });
  });

  it('is too early in DETECT', () => {
    expect(refusalOf(() => record({}, anIncident()))).toBe('STAGE_TOO_EARLY');
  });

  it('R-27 long-term mitigation needs owner and date', () => {
    const long = { kind: 'LONG_TERM_MITIGATION', ownerId: 'user:eng', dueAt: later };
    expect(refusalOf(() => record({ ...long, ownerId: null }))).toBe('OWNER_AND_DATE_REQUIRED');
    expect(refusalOf(() => record({ ...long, dueAt: null }))).toBe('OWNER_AND_DATE_REQUIRED');
    expect(refusalOf(() => record(long))).toBe('not refused');
  });

  it('needs a text', () => {
    expect(refusalOf(() => record({ text: '' }))).toBe('INVALID_INPUT');
  });

  it('is completed once, by the actor or whom he names', () => {
    const { state } = complete(record().state);
    expect(state.actions[0]).toMatchObject({ state: 'DONE', doneBy: 'user:ima' });
    expect(refusalOf(() => complete(state))).toBe('ACTION_NOT_OPEN');
    expect(refusalOf(() => complete(anIncident()))).toBe('NOT_FOUND');
  });

  it('R-27 owner and doer are the actor, a member, or somebody of the staff directory', () => {
    for (const known of ['user:eng', 'user:dee', 'user:rea']) {
      expect(record({ ownerId: known }).state.actions[0]).toMatchObject({ ownerId: known });
      expect(record({ doneBy: known }).state.actions[0]).toMatchObject({ doneBy: known });
    }
    expect(complete(record().state, 'user:dee').state.actions[0]).toMatchObject({ doneBy: 'user:dee' });
    for (const patch of [{ ownerId: 'user:x' }, { doneBy: 'user:x' }])
      expect(refusalOf(() => record(patch))).toBe('PRINCIPAL_NOT_ELIGIBLE');
    expect(refusalOf(() => complete(record().state, 'user:x'))).toBe('PRINCIPAL_NOT_ELIGIBLE');
  });

  it('R-27 a long-term action outlasts closing with its owner and date, and is completed afterwards', () => {
    const long = { kind: 'LONG_TERM_MITIGATION', ownerId: 'user:dee', dueAt: later };
    const contained = { containment: { verifiedBy: 'user:ima', verifiedAt: now } };
    const open = record(long, anIncident({ stage: 'STABILIZE', ...contained })).state;
    const inClose = advance(open, { ...grounds, to: 'CLOSE' }, notHeld, asManager).state;
    const over = close(inClose, { ...grounds, disposition: 'RESOLVED' }, nothingKnown, asManager).state;
    expect(over).toMatchObject({ status: 'CLOSED', actions: [{ ...long, state: 'PLANNED' }] });
    const { state, events } = complete(over, 'user:dee');
    expect(state).toMatchObject({ status: 'CLOSED', actions: [{ ...long, state: 'DONE', doneBy: 'user:dee' }] });
    expect(events.map(({ data }) => data)).toEqual([expect.objectContaining({ ...target, state: 'DONE' })]);
  });

  it('R-25 is started once, and completed from there', () => {
    expect(inProgress().actions[0]).toMatchObject({ state: 'IN_PROGRESS', doneBy: null });
    expect(refusalOf(() => startAction(inProgress(), target, asEngineer))).toBe('ACTION_NOT_OPEN');
    expect(complete(inProgress()).state.actions[0]).toMatchObject({ state: 'DONE' });
  });

  it('R-25 is cancelled with a reason while it is not done', () => {
    for (const incident of [record().state, inProgress()]) {
      const { state, decisions } = cancelAction(incident, { ...target, ...grounds }, asManager);
      expect(state.actions[0]).toMatchObject({ state: 'CANCELLED', cancelReason: grounds.reason });
      expect(decisions).toEqual([expect.objectContaining({ kind: 'actionCancellation', value: target, ...grounds })]);
      for (const again of [() => complete(state), () => startAction(state, target, asManager)])
        expect(refusalOf(again)).toBe('ACTION_NOT_OPEN');
    }
    const blank = () => cancelAction(record().state, { ...target, reason: ' ', evidenceIds: [] }, asManager);
    expect(refusalOf(blank)).toBe('REASON_REQUIRED');
    const done = record({ doneBy: 'user:eng' }).state;
    expect(refusalOf(() => cancelAction(done, { ...target, ...grounds }, asManager))).toBe('ACTION_NOT_OPEN');
  });

  it('R-71 emergency mitigation is unreviewed until another person than the doer reviews it, once', () => {
    const { state: done } = record({ kind: 'EMERGENCY_MITIGATION', doneBy: 'user:eng' });
    const review = (incident: Incident, act = asManager) => reviewAction(incident, { ...target, ...grounds }, act);
    expect(done.actions.map(isUnreviewed)).toEqual([true]);
    expect(refusalOf(() => review(done, asEngineer))).toBe('SAME_PERSON_REFUSED');
    const { state, events, decisions } = review(done);
    expect(state.actions[0]).toMatchObject({ state: 'DONE', reviewedBy: 'user:ima', reviewedAt: now });
    expect(state.actions.map(isUnreviewed)).toEqual([false]);
    expect(events[0]?.data).toMatchObject({ ...target, state: 'DONE', reviewed: true });
    expect(decisions).toEqual([expect.objectContaining({ kind: 'actionReview', actorId: 'user:ima' })]);
    expect(refusalOf(() => review(state))).toBe('ACTION_REVIEWED');
    expect(refusalOf(() => review(record({ kind: 'EMERGENCY_MITIGATION' }).state))).toBe('ACTION_NOT_DONE');
    expect(record({ doneBy: 'user:eng' }).state.actions.map(isUnreviewed)).toEqual([false]);
  });

  it('R-71 who said in somebody else’s name that it is done does not review it; who only planned it may', () => {
    const review = (incident: Incident, act = asManager) =>
      refusalOf(() => reviewAction(incident, { ...target, ...grounds }, act));
    const inHisName = record({ doneBy: 'user:dee' }).state;
    expect(review(inHisName, asEngineer)).toBe('SAME_PERSON_REFUSED');
    expect(review(inHisName)).toBe('not refused');
    const completed = complete(record().state, 'user:dee').state;
    expect(review(completed)).toBe('SAME_PERSON_REFUSED');
    expect(review(completed, asEngineer)).toBe('not refused');
    // Stored before it was kept who said so: whoever recorded the action may have.
    const stored = inHisName.actions.map(({ doneRecordedBy: _, ...action }) => action);
    expect(review({ ...inHisName, actions: stored }, asEngineer)).toBe('SAME_PERSON_REFUSED');
  });

  it('R-71 I-30 unreviewed emergency mitigation holds up CLOSE; reviewed or cancelled it does not', () => {
    const stable = anIncident({ stage: 'STABILIZE', containment: { verifiedBy: 'user:ima', verifiedAt: now } });
    const closing = (incident: Incident) =>
      refusalOf(() => advance(incident, { ...grounds, to: 'CLOSE' }, notHeld, asManager));
    const emergency = record({ kind: 'EMERGENCY_MITIGATION', doneBy: 'user:eng' }, stable).state;
    const planned = record({ kind: 'EMERGENCY_MITIGATION' }, stable).state;
    const order = { ...target, ...grounds };
    expect(closing(emergency)).toBe('ACTIONS_UNREVIEWED');
    expect(closing(reviewAction(emergency, order, asManager).state)).toBe('not refused');
    expect(closing(cancelAction(planned, order, asManager).state)).toBe('not refused');
  });

  it('R-70 who neither did it nor said so verifies containment, both risks, on evidence', () => {
    const incident = record({ doneBy: 'user:eng' }).state;
    const risks = { customerRisk: 'no session left', businessRisk: 'no lateral move', evidenceIds: [evidenceId] };
    const verify = (patch: object = {}, act = asManager, of: Incident = incident) =>
      verifyContainment(of, { ...risks, ...patch }, act);
    expect(verify().state.containment).toEqual({ verifiedBy: 'user:ima', verifiedAt: now });
    expect(verify().decisions?.map(({ kind }) => kind)).toEqual(['customerRisk', 'businessRisk']);
    expect(refusalOf(() => verify({}, asEngineer))).toBe('SAME_PERSON_REFUSED');
    const inHisName = record({ doneBy: 'user:dee' }).state;
    expect(refusalOf(() => verify({}, asEngineer, inHisName))).toBe('SAME_PERSON_REFUSED');
    expect(refusalOf(() => verify({ customerRisk: null }))).toBe('BOTH_RISKS_REQUIRED');
    expect(refusalOf(() => verify({ businessRisk: ' ' }))).toBe('BOTH_RISKS_REQUIRED');
    expect(refusalOf(() => verify({ evidenceIds: [] }))).toBe('EVIDENCE_REQUIRED');
    expect(refusalOf(() => verify({}, asManager, anIncident({ stage: 'ASSESS' })))).toBe('STAGE_TOO_EARLY');
    expect(refusalOf(() => verify({}, asManager, closed))).toBe('INCIDENT_CLOSED');
  });
});

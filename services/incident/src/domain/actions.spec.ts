import { describe, expect, it } from '@jest/globals';
import { completeAction, recordAction, type ActionOrder } from './actions.ts';
import { anIncident, asEngineer, asManager, evidenceId, idOf, later, now, refusalOf } from './an-incident.ts';
import { verifyContainment } from './containment.ts';
import { addEvidence } from './evidence.ts';
import type { Incident } from './incident.ts';

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
    recordAction(incident, { ...order, ...patch }, asEngineer);

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
    const { state } = completeAction(record().state, { actionId: idOf(4), doneBy: null }, asManager);
    expect(state.actions[0]).toMatchObject({ state: 'DONE', doneBy: 'user:ima' });
    expect(refusalOf(() => completeAction(state, { actionId: idOf(4), doneBy: null }, asManager))).toBe(
      'ACTION_NOT_OPEN',
    );
    expect(refusalOf(() => completeAction(state, { actionId: idOf(5), doneBy: null }, asManager))).toBe('NOT_FOUND');
  });

  it('R-70 another person than the doer verifies containment, both risks, on evidence', () => {
    const incident = record({ doneBy: 'user:eng' }).state;
    const risks = { customerRisk: 'no session left', businessRisk: 'no lateral move', evidenceIds: [evidenceId] };
    const verify = (patch: object = {}, act = asManager, of: Incident = incident) =>
      verifyContainment(of, { ...risks, ...patch }, act);
    expect(verify().state.containment).toEqual({ verifiedBy: 'user:ima', verifiedAt: now });
    expect(verify().decisions?.map(({ kind }) => kind)).toEqual(['customerRisk', 'businessRisk']);
    expect(refusalOf(() => verify({}, asEngineer))).toBe('SAME_PERSON_REFUSED');
    expect(refusalOf(() => verify({ customerRisk: null }))).toBe('BOTH_RISKS_REQUIRED');
    expect(refusalOf(() => verify({ businessRisk: ' ' }))).toBe('BOTH_RISKS_REQUIRED');
    expect(refusalOf(() => verify({ evidenceIds: [] }))).toBe('EVIDENCE_REQUIRED');
    expect(refusalOf(() => verify({}, asManager, anIncident({ stage: 'ASSESS' })))).toBe('STAGE_TOO_EARLY');
    expect(refusalOf(() => verify({}, asManager, closed))).toBe('INCIDENT_CLOSED');
  });
});

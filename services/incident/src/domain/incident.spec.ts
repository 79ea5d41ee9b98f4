import { describe, expect, it } from '@jest/globals';
import { completeAction, recordAction, type ActionOrder } from './actions.ts';
import {
  anIncident,
  aStaffMember,
  asEngineer,
  asManager,
  asResponder,
  evidenceId,
  grounds,
  idOf,
  later,
  manager,
  nothingKnown,
  now,
  refusalOf,
  responder,
} from './an-incident.ts';
import { assign } from './assignment.ts';
import { verifyContainment } from './containment.ts';
import { addEvidence } from './evidence.ts';
import { rolesIn, type Incident } from './incident.ts';
import { open } from './opening.ts';
import { decideResponsibility } from './responsibility.ts';
import { enter } from './staff.ts';

const closed: Incident = {
  ...anIncident({ stage: 'CLOSE' }),
  status: 'CLOSED',
  disposition: 'DUPLICATE',
  closedAt: now,
};

describe('opening', () => {
  const order = {
    incidentId: idOf(1),
    number: 7,
    detectionId: idOf(2),
    source: 'AUTOMATED_SIGNATURE',
    firstSeenAt: new Date('2026-11-22T09:00:00Z'),
    promotedBy: 'user:rod',
  } as const;

  it('R-23 stands in DETECT since the earliest signal, entry 1', () => {
    const { state } = open(order, [], now);
    expect(state).toMatchObject({ stage: 'DETECT', status: 'OPEN', version: 1, firstIndicationAt: order.firstSeenAt });
    expect(state.stageEntries).toEqual([expect.objectContaining({ n: 1, stage: 'DETECT', actorId: 'user:rod' })]);
  });

  it('joins everybody on call, and the promoter; announces each', () => {
    const { state, events } = open(order, [responder, manager, aStaffMember('user:leo', 'LEGAL')], now);
    expect(state).toMatchObject({ onCallId: 'user:rea', incidentManagerId: 'user:ima' });
    expect(state.members.map(({ principalId, role }) => `${principalId} ${role}`)).toEqual([
      'user:rea RESPONDER',
      'user:ima INCIDENT_MANAGER',
      'user:leo LEGAL',
      'user:rod RESPONDER',
    ]);
    expect(events.map(({ event }) => event.name)).toEqual(['IncidentOpened', ...Array(4).fill('AssignmentChanged')]);
    expect(events[1]?.data).toMatchObject({ principalId: 'user:rea', onCall: true });
    expect(events[4]?.data).toMatchObject({ principalId: 'user:rod', onCall: false });
  });

  it('joins nobody twice, and no rule', () => {
    expect(open({ ...order, promotedBy: 'user:rea' }, [responder], now).state.members).toHaveLength(1);
    expect(open({ ...order, promotedBy: null }, [], now).state.members).toHaveLength(0);
  });
});

describe('assignment', () => {
  const legal = aStaffMember('user:leo', 'LEGAL');
  const order = { ...grounds, evidenceIds: [], role: 'LEGAL', principalId: 'user:leo', until: null } as const;

  it('joins somebody of the directory', () => {
    const { state, events } = assign(anIncident(), order, legal, asManager);
    expect(rolesIn(state, 'user:leo', now)).toEqual(['LEGAL']);
    expect(events[0]?.data).toMatchObject({ role: 'LEGAL', principalId: 'user:leo', onCall: false });
  });

  it('gives a membership an end', () => {
    const { state } = assign(anIncident(), { ...order, until: later }, legal, asManager);
    expect(rolesIn(state, 'user:leo', now)).toEqual(['LEGAL']);
    expect(rolesIn(state, 'user:leo', later)).toEqual([]);
  });

  it('a responder takes the call if nobody present has it', () => {
    const rod = aStaffMember('user:rod', 'RESPONDER');
    const take = { ...order, role: 'RESPONDER', principalId: 'user:rod' } as const;
    expect(assign(anIncident({ onCallId: null }), take, rod, asManager).state.onCallId).toBe('user:rod');
    expect(assign(anIncident(), take, rod, asManager).state.onCallId).toBe('user:rea');
  });

  it('refuses oneself, strangers, other roles, an end in the past, others than the manager', () => {
    const attempt = (patch: object, person = legal as typeof legal | null, act = asManager) =>
      refusalOf(() => assign(anIncident(), { ...order, ...patch }, person, act));
    expect(attempt({ principalId: 'user:ima' })).toBe('SAME_PERSON_REFUSED');
    expect(attempt({}, null)).toBe('PRINCIPAL_NOT_ELIGIBLE');
    expect(attempt({ role: 'PRIVACY_OFFICER' })).toBe('PRINCIPAL_NOT_ELIGIBLE');
    expect(attempt({ until: now })).toBe('TIME_ORDER_INVALID');
    expect(attempt({}, legal, asResponder)).toBe('FORBIDDEN');
  });
});

describe('responsibility', () => {
  const decide = (patch: object = {}, known = nothingKnown, incident: Incident = anIncident()) =>
    decideResponsibility(incident, { ...grounds, responsibility: 'CUSTOMER', ...patch }, known, asResponder);

  it('R-10 I-1 records the decision whole', () => {
    const { state, events, decisions } = decide();
    expect(state.responsibility).toBe('CUSTOMER');
    expect(events[0]?.data).toMatchObject({ responsibility: 'CUSTOMER' });
    expect(decisions).toEqual([
      expect.objectContaining({
        kind: 'responsibility',
        value: 'CUSTOMER',
        actorId: 'user:rea',
        role: 'RESPONDER',
        at: now,
        reason: grounds.reason,
        evidenceIds: [evidenceId],
        policyVersion: '2026-11',
      }),
    ]);
  });

  it('needs evidence, and an open incident', () => {
    expect(refusalOf(() => decide({ evidenceIds: [] }))).toBe('EVIDENCE_REQUIRED');
    expect(refusalOf(() => decide({}, nothingKnown, closed))).toBe('INCIDENT_CLOSED');
  });

  it('I-4 is not the customer’s once declared or while a notification is under way', () => {
    expect(refusalOf(() => decide({}, { ...nothingKnown, crspi: 'DECLARED' }))).toBe('RESPONSIBILITY_CONFLICT');
    expect(refusalOf(() => decide({}, { ...nothingKnown, cin: 'PREPARING' }))).toBe('RESPONSIBILITY_CONFLICT');
    expect(refusalOf(() => decide({ responsibility: 'SHARED' }, { ...nothingKnown, crspi: 'DECLARED' }))).toBe(
      'not refused',
    );
  });
});

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

describe('the staff directory', () => {
  const entry = { principalId: 'user:rea', name: 'Rea', roles: ['RESPONDER'], onCall: true } as const;

  it('replaces the entry of the same principal', () => {
    const first = enter(entry, null, () => idOf(1));
    expect(enter({ ...entry, onCall: false }, first, () => idOf(2))).toMatchObject({
      id: idOf(1),
      version: 2,
      onCall: false,
    });
  });

  it.each([{ principalId: '' }, { name: ' ' }, { roles: [] }])('refuses %j', (patch) => {
    expect(refusalOf(() => enter({ ...entry, ...patch }, null, () => idOf(1)))).toBe('INVALID_INPUT');
  });
});

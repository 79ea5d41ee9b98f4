import { describe, expect, it } from '@jest/globals';
import {
  anIncident,
  aStaffMember,
  asManager,
  asResponder,
  evidenceId,
  grounds,
  idOf,
  knownAtDecision,
  later,
  manager,
  now,
  refusalOf,
  responder,
  tenantId,
} from './an-incident.ts';
import { assign } from './assignment.ts';
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

  it('R-02 whom the rotas name leads; the directory is joined as well, and leads where no rota does', () => {
    const onRota = [{ principalId: 'user:ron', role: 'RESPONDER' }] as const;
    const { state, events } = open({ ...order, onRota }, [responder, manager], now);
    expect(state).toMatchObject({ onCallId: 'user:ron', incidentManagerId: 'user:ima' });
    const joined = ['user:ron', 'user:rea', 'user:ima', 'user:rod'];
    expect(state.members.map(({ principalId }) => principalId)).toEqual(joined);
    expect(events.map(({ data }) => 'onCall' in data && data.onCall)).toEqual([false, true, false, false, false]);
    const both = open({ ...order, onRota: [{ principalId: 'user:rea', role: 'RESPONDER' }] }, [responder], now).state;
    expect(both.members.map(({ principalId }) => principalId)).toEqual(['user:rea', 'user:rod']);
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
  const decide = (patch: object = {}, known = {}, incident: Incident = anIncident()) => {
    const order = { ...grounds, responsibility: 'CUSTOMER', tenantIds: null, ...patch } as const;
    return decideResponsibility(incident, order, { ...knownAtDecision, ...known }, asResponder);
  };

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
      expect.objectContaining({ kind: 'handOver', value: { tenantIds: [tenantId] }, reason: grounds.reason }),
    ]);
  });

  it('R-12 I-4 CUSTOMER hands it over to each tenant that is named, or that its detections concern, once', () => {
    const handedTo = (patch: object, known: object = {}) =>
      decide(patch, known).events.flatMap(({ event, data }) => (event.name === 'HandOverIssued' ? [data] : []));
    expect(handedTo({})).toEqual([{ incidentId: idOf(1), tenantId, at: now.toISOString() }]);
    const two = { listedTenantIds: [tenantId, idOf(701)] };
    expect(handedTo({ tenantIds: [idOf(701), tenantId, tenantId] }, two)).toHaveLength(2);
    for (const responsibility of ['PROVIDER', 'SHARED', 'UNDETERMINED'])
      expect(handedTo({ responsibility, tenantIds: [tenantId] })).toEqual([]);
  });

  it('R-12 needs a tenant to hand over to, and one that there is', () => {
    expect(refusalOf(() => decide({}, { concernedTenantIds: [] }))).toBe('TENANT_REQUIRED');
    expect(refusalOf(() => decide({ tenantIds: [] }))).toBe('TENANT_REQUIRED');
    expect(refusalOf(() => decide({ tenantIds: [tenantId, idOf(709)] }))).toBe('TENANT_UNKNOWN');
    expect(refusalOf(() => decide({}, { listedTenantIds: [] }))).toBe('TENANT_UNKNOWN');
  });

  it('needs evidence, and an open incident', () => {
    expect(refusalOf(() => decide({ evidenceIds: [] }))).toBe('EVIDENCE_REQUIRED');
    expect(refusalOf(() => decide({}, {}, closed))).toBe('INCIDENT_CLOSED');
  });

  it('I-4 is not the customer’s once declared or while a notification is under way', () => {
    expect(refusalOf(() => decide({}, { crspi: 'DECLARED' }))).toBe('RESPONSIBILITY_CONFLICT');
    expect(refusalOf(() => decide({}, { cin: 'PREPARING' }))).toBe('RESPONSIBILITY_CONFLICT');
    expect(refusalOf(() => decide({}, { crspi: 'RETRACTED', cin: 'EXECUTING' }))).toBe('RESPONSIBILITY_CONFLICT');
    expect(refusalOf(() => decide({}, { crspi: 'RETRACTED', cin: 'STOOD_DOWN' }))).toBe('not refused');
    expect(refusalOf(() => decide({ responsibility: 'SHARED' }, { crspi: 'DECLARED' }))).toBe('not refused');
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

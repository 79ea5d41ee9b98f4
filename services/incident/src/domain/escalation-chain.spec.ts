import { describe, expect, it } from '@jest/globals';
import { aStaffMember, later, manager, now, responder } from './an-incident.ts';
import { escalationChain } from './escalation-chain.ts';
import type { Incident, Member } from './incident.ts';
import { onDuty, open } from './opening.ts';

const executive = aStaffMember('user:exe', 'EXECUTIVE_INCIDENT_MANAGER');
const duty = onDuty([], [responder, manager, executive]);
const order = {
  incidentId: responder.id,
  number: 1,
  detectionId: manager.id,
  source: 'AUTOMATED_SIGNATURE',
  firstSeenAt: now,
  promotedBy: null,
} as const;

const anIncident = (...more: Member[]): Incident => {
  const { state } = open(order, [responder, manager], now);
  return { ...state, members: [...state.members, ...more] };
};
const aResponder = (principalId: string, until: Date | null = null): Member => ({
  principalId,
  role: 'RESPONDER',
  until,
  environments: [],
});

describe('R-02 who is called, and who next', () => {
  it('for an incident: on call, the other responders, the manager, executives on call', () => {
    const incident = anIncident(aResponder('user:two'), aResponder('user:three'));
    expect(escalationChain(incident, duty, now)).toEqual([
      ['user:rea'],
      ['user:two', 'user:three'],
      ['user:ima'],
      ['user:exe'],
    ]);
  });

  it('nobody whose membership is over', () => {
    const { state } = open(order, [manager], now);
    const incident = { ...state, onCallId: 'user:rea', members: [...state.members, aResponder('user:rea', later)] };
    expect(escalationChain(incident, [], now)).toEqual([['user:rea'], [], ['user:ima'], []]);
    expect(escalationChain(incident, [], later)).toEqual([[], [], ['user:ima'], []]);
  });

  it('nobody twice, also if he has several roles', () => {
    const all = aStaffMember('user:all', 'RESPONDER', 'INCIDENT_MANAGER', 'EXECUTIVE_INCIDENT_MANAGER');
    const { state } = open(order, [all], now);
    expect(escalationChain(state, onDuty([], [all]), now)).toEqual([['user:all'], [], [], []]);
  });

  it('nobody who is in the directory but not on call', () => {
    const away = onDuty([], [{ ...executive, onCall: false }]);
    expect(escalationChain(anIncident(), away, now).at(-1)).toEqual([]);
  });

  it('without an incident: whoever is on call', () => {
    const second = { principalId: 'user:two', role: 'RESPONDER' } as const;
    expect(escalationChain(null, [...duty, second], now)).toEqual([
      ['user:rea', 'user:two'],
      ['user:ima'],
      ['user:exe'],
    ]);
    expect(escalationChain(null, [], now).flat()).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { Stage } from '@tocsin/contracts';
import {
  anIncident,
  anIncidentInClose,
  asEngineer,
  asManager,
  asResponder,
  grounds,
  idOf,
  notHeld,
  now,
  refusalOf,
} from './an-incident.ts';
import type { Action, Incident, OpenIncident } from './incident.ts';
import { advance } from './stages.ts';

/** What `domain.md` section 5 lists; the table below tries every pair. */
const listed = new Set([
  'DETECT -> ASSESS',
  'ASSESS -> DIAGNOSE',
  'ASSESS -> CLOSE',
  'DIAGNOSE -> STABILIZE',
  'DIAGNOSE -> CLOSE',
  'STABILIZE -> DIAGNOSE',
  'STABILIZE -> CLOSE',
]);
const pairs = Stage.options.flatMap((from) => Stage.options.map((to) => ({ from, to })));

/** Everything that the listed transitions ask for. */
const ready = { containment: { verifiedBy: 'user:exe', verifiedAt: now } };
const to = (stage: Stage) => ({ to: stage, ...grounds });

const anAction = (patch: Partial<Action>): Action => ({
  id: idOf(800),
  kind: 'CORRECTIVE',
  text: 'patch',
  state: 'PLANNED',
  ownerId: 'user:eng',
  dueAt: null,
  doneBy: null,
  doneAt: null,
  reviewedBy: null,
  reviewedAt: null,
  cancelReason: null,
  recordedBy: 'user:eng',
  recordedAt: now,
  ...patch,
});

describe('R-21 the stages', () => {
  it.each(pairs.filter(({ from, to: target }) => listed.has(`${from} -> ${target}`)))(
    '$from -> $to passes',
    ({ from, to: target }) => {
      const { state, events } = advance(anIncident({ stage: from, ...ready }), to(target), notHeld, asManager);
      expect(state.stage).toBe(target);
      expect(events).toEqual([
        expect.objectContaining({ data: expect.objectContaining({ from, to: target, cycle: 1 }) as unknown }),
      ]);
    },
  );

  it.each(pairs.filter(({ from, to: target }) => !listed.has(`${from} -> ${target}`)))(
    '$from -> $to is refused',
    ({ from, to: target }) => {
      const incident = anIncident({ stage: from, ...ready });
      expect(refusalOf(() => advance(incident, to(target), notHeld, asManager))).toBe('STAGE_TRANSITION_REFUSED');
    },
  );

  it.each(Stage.options)('a closed incident does not move to %s', (target) => {
    const closed: Incident = {
      ...anIncidentInClose('ASSESS'),
      status: 'CLOSED',
      disposition: 'DUPLICATE',
      closedAt: now,
    };
    expect(refusalOf(() => advance(closed, to(target), notHeld, asManager))).toBe('STAGE_TRANSITION_REFUSED');
  });

  it('R-22 three alternations leave six numbered entries, each with time, actor and reason', () => {
    let incident: Incident = anIncident({ stage: 'ASSESS' });
    for (const stage of ['DIAGNOSE', 'STABILIZE', 'DIAGNOSE', 'STABILIZE', 'DIAGNOSE', 'STABILIZE'] as const)
      incident = advance(incident, to(stage), notHeld, asManager).state;
    expect(incident.stageEntries.slice(2)).toEqual(
      ['DIAGNOSE', 'STABILIZE', 'DIAGNOSE', 'STABILIZE', 'DIAGNOSE', 'STABILIZE'].map((stage, index) => ({
        n: index + 3,
        stage,
        cycle: 1,
        at: now,
        actorId: 'user:ima',
        reason: grounds.reason,
      })),
    );
    expect(incident.version).toBe(anIncident({ stage: 'ASSESS' }).version + 6);
  });
});

describe('what a transition asks for', () => {
  const refused = (patch: Partial<OpenIncident>, target: Stage, order: Partial<typeof grounds> = {}, act = asManager) =>
    refusalOf(() => advance(anIncident(patch), { ...to(target), ...order }, notHeld, act));

  it('R-24 somebody must be on call before it is assessed', () => {
    expect(refused({ onCallId: null }, 'ASSESS')).toBe('ON_CALL_REQUIRED');
  });

  it('R-24 somebody whose membership has ended is not on call', () => {
    expect(
      refused({ members: [{ principalId: 'user:rea', role: 'RESPONDER', environments: [], until: now }] }, 'ASSESS'),
    ).toBe('ON_CALL_REQUIRED');
  });

  it.each(['DIAGNOSE', 'CLOSE'] as const)('R-24 ASSESS -> %s needs evidence', (target) => {
    expect(refused({ stage: 'ASSESS' }, target, { evidenceIds: [] })).toBe('EVIDENCE_REQUIRED');
  });

  it('DIAGNOSE -> CLOSE needs evidence, alternating does not', () => {
    expect(refused({ stage: 'DIAGNOSE' }, 'CLOSE', { evidenceIds: [] })).toBe('EVIDENCE_REQUIRED');
    expect(refused({ stage: 'DIAGNOSE' }, 'STABILIZE', { evidenceIds: [] })).toBe('not refused');
  });

  it('evidence must be known for this incident', () => {
    expect(refused({ stage: 'ASSESS' }, 'DIAGNOSE', { evidenceIds: [idOf(77)] })).toBe('EVIDENCE_UNKNOWN');
  });

  it('a reason is always needed', () => {
    expect(refused({}, 'ASSESS', { reason: ' ' })).toBe('REASON_REQUIRED');
  });

  it.each(['DIAGNOSE', 'CLOSE'] as const)('R-34 I-5 a customer report needs an attribution before %s', (target) => {
    expect(refused({ stage: 'ASSESS', source: 'CUSTOMER_REPORT' }, target)).toBe('ATTRIBUTION_REQUIRED');
    expect(refused({ stage: 'ASSESS', source: 'CUSTOMER_REPORT', responsibility: 'PROVIDER' }, target)).toBe(
      'not refused',
    );
  });

  it('R-12 what is the customer’s is not diagnosed by us', () => {
    expect(refused({ stage: 'ASSESS', responsibility: 'CUSTOMER' }, 'DIAGNOSE')).toBe('STAGE_TRANSITION_REFUSED');
  });

  it('R-70 STABILIZE -> CLOSE needs verified containment', () => {
    expect(refused({ stage: 'STABILIZE' }, 'CLOSE')).toBe('CONTAINMENT_NOT_VERIFIED');
  });

  it('R-70 STABILIZE -> CLOSE needs the measures done; I-30 long-term mitigation may stay open', () => {
    const closing = (action: Partial<Action>) =>
      refused({ stage: 'STABILIZE', ...ready, actions: [anAction(action)] }, 'CLOSE');
    expect(closing({})).toBe('CORRECTIVE_ACTIONS_OPEN');
    expect(closing({ kind: 'CONTAINMENT', state: 'IN_PROGRESS' })).toBe('CORRECTIVE_ACTIONS_OPEN');
    expect(closing({ state: 'DONE' })).toBe('not refused');
    expect(closing({ kind: 'LONG_TERM_MITIGATION' })).toBe('not refused');
  });

  it('R-85 R-86 STABILIZE -> CLOSE waits until no hold is active, and names those that are; no other way does', () => {
    const held = { activeHoldIds: [idOf(60), idOf(61)] };
    for (const pair of listed) {
      const [from, target] = pair.split(' -> ') as [Stage, Stage];
      const code = refusalOf(() => advance(anIncident({ stage: from, ...ready }), to(target), held, asManager));
      expect([pair, code]).toEqual([pair, pair === 'STABILIZE -> CLOSE' ? 'HOLD_ACTIVE' : 'not refused']);
    }
    const closing = () => advance(anIncident({ stage: 'STABILIZE', ...ready }), to('CLOSE'), held, asManager);
    expect(closing).toThrow(expect.objectContaining({ details: { holdIds: held.activeHoldIds } }));
  });

  it('R-70 diagnosing anew asks for a new verification', () => {
    const again = advance(anIncident({ stage: 'STABILIZE', ...ready }), to('DIAGNOSE'), notHeld, asManager).state;
    expect(again.containment).toBeNull();
  });

  it('a responder leads until DIAGNOSE, the manager from then on', () => {
    expect(refused({}, 'ASSESS', {}, asResponder)).toBe('not refused');
    expect(refused({ stage: 'ASSESS' }, 'DIAGNOSE', {}, asResponder)).toBe('not refused');
    expect(refused({ stage: 'DIAGNOSE' }, 'STABILIZE', {}, asResponder)).toBe('FORBIDDEN');
    expect(refused({ stage: 'STABILIZE' }, 'DIAGNOSE', {}, asResponder)).toBe('FORBIDDEN');
    expect(refused({}, 'ASSESS', {}, asEngineer)).toBe('FORBIDDEN');
  });
});

import { describe, expect, it } from '@jest/globals';
import { Disposition } from '@tocsin/contracts';
import {
  anIncident,
  anIncidentInClose,
  asManager,
  asResponder,
  grounds,
  idOf,
  nothingKnown,
  now,
  refusalOf,
} from './an-incident.ts';
import { close, reopen } from './closing.ts';
import type { Action, Incident, OpenIncident } from './incident.ts';

const origins = ['ASSESS', 'DIAGNOSE', 'STABILIZE'] as const;
const fitting: Record<(typeof origins)[number], readonly Disposition[]> = {
  ASSESS: ['FALSE_POSITIVE', 'CUSTOMER_RESPONSIBILITY', 'DUPLICATE', 'NOT_ESCALATED'],
  DIAGNOSE: ['FALSE_POSITIVE', 'CUSTOMER_RESPONSIBILITY', 'DUPLICATE', 'EXERCISE'],
  STABILIZE: ['RESOLVED', 'EXERCISE'],
};
const table = origins.flatMap((from) => Disposition.options.map((disposition) => ({ from, disposition })));
/** Responsibility and source for which every disposition could fit. */
const fit = { responsibility: 'CUSTOMER', exerciseId: idOf(70) } as const;

const anAction = (patch: Pick<Action, 'state' | 'dueAt'>): Action => ({
  ...{ id: idOf(80), kind: 'RECOVERY', text: 'restore the backup', ownerId: 'user:eng', doneBy: null, doneAt: null },
  ...{ reviewedBy: null, reviewedAt: null, cancelReason: null, recordedBy: 'user:eng', recordedAt: now },
  ...patch,
});

const closing = (incident: Incident, disposition: Disposition, known = nothingKnown, act = asManager) =>
  close(incident, { ...grounds, disposition }, known, act);

describe('closing', () => {
  it.each(table)('from $from as $disposition', ({ from, disposition }) => {
    const code = refusalOf(() => closing(anIncidentInClose(from, fit), disposition));
    expect(code).toBe(fitting[from].includes(disposition) ? 'not refused' : 'DISPOSITION_REFUSED');
  });

  it('I-4 is CUSTOMER_RESPONSIBILITY only if that was decided, EXERCISE only if it came from one', () => {
    expect(refusalOf(() => closing(anIncidentInClose('ASSESS'), 'CUSTOMER_RESPONSIBILITY'))).toBe(
      'DISPOSITION_REFUSED',
    );
    expect(refusalOf(() => closing(anIncidentInClose('DIAGNOSE'), 'EXERCISE'))).toBe('DISPOSITION_REFUSED');
  });

  it('needs stage CLOSE, and happens once', () => {
    expect(refusalOf(() => closing(anIncident({ stage: 'STABILIZE' }), 'RESOLVED'))).toBe('STAGE_TRANSITION_REFUSED');
    const { state } = closing(anIncidentInClose('STABILIZE'), 'RESOLVED');
    expect(state).toMatchObject({ status: 'CLOSED', disposition: 'RESOLVED', closedAt: now });
    expect(refusalOf(() => closing(state, 'RESOLVED'))).toBe('STAGE_TRANSITION_REFUSED');
  });

  it('R-24 a responder closes what he assessed, and nothing else', () => {
    const byResponder = (incident: OpenIncident, disposition: Disposition) =>
      refusalOf(() => closing(incident, disposition, nothingKnown, asResponder));
    expect(byResponder(anIncidentInClose('ASSESS'), 'NOT_ESCALATED')).toBe('not refused');
    expect(byResponder(anIncidentInClose('DIAGNOSE'), 'DUPLICATE')).toBe('FORBIDDEN');
  });

  it('R-28 a declared incident closes only with a post-mortem', () => {
    const declared = { ...nothingKnown, crspi: 'DECLARED' } as const;
    expect(refusalOf(() => closing(anIncidentInClose('STABILIZE'), 'RESOLVED', declared))).toBe('POST_MORTEM_REQUIRED');
  });

  it.each([
    ['PLANNED', null, 'ACTIONS_UNTRACKED'],
    ['IN_PROGRESS', null, 'ACTIONS_UNTRACKED'],
    ['PLANNED', now, 'not refused'],
    ['DONE', null, 'not refused'],
    ['CANCELLED', null, 'not refused'],
  ] as const)('I-32 with an action that is %s, due %s: %s', (state, dueAt, code) => {
    const actions = [anAction({ state, dueAt })];
    for (const from of origins) {
      const incident = { ...anIncidentInClose(from, fit), actions };
      expect(refusalOf(() => closing(incident, fitting[from][0] ?? 'RESOLVED'))).toBe(code);
    }
  });

  it('I-7 a declared incident is no false positive before it is retracted', () => {
    const declared = { ...nothingKnown, crspi: 'DECLARED' } as const;
    expect(refusalOf(() => closing(anIncidentInClose('DIAGNOSE'), 'FALSE_POSITIVE', declared))).toBe('RETRACT_FIRST');
  });

  it('I-7 what was declared and retracted may be one, without a post-mortem', () => {
    const retracted = { ...nothingKnown, crspi: 'RETRACTED' } as const;
    const { state } = closing(anIncidentInClose('DIAGNOSE'), 'FALSE_POSITIVE', retracted);
    expect(state).toMatchObject({ status: 'CLOSED', disposition: 'FALSE_POSITIVE' });
  });

  it('asks for a reason and known evidence', () => {
    const order = { ...grounds, disposition: 'RESOLVED' } as const;
    const attempt = (patch: object) =>
      refusalOf(() => close(anIncidentInClose('STABILIZE'), { ...order, ...patch }, nothingKnown, asManager));
    expect(attempt({ reason: '' })).toBe('REASON_REQUIRED');
    expect(attempt({ evidenceIds: [idOf(5)] })).toBe('EVIDENCE_UNKNOWN');
  });
});

describe('reopening', () => {
  const closed = closing(anIncidentInClose('STABILIZE'), 'RESOLVED').state;

  it('puts it back at DIAGNOSE in the next cycle, entries numbered on', () => {
    const { state, events } = reopen(closed, grounds, asManager);
    expect(state).toMatchObject({ status: 'OPEN', stage: 'DIAGNOSE', cycle: 2, version: closed.version + 1 });
    expect(state).not.toHaveProperty('disposition');
    expect(state.stageEntries.at(-1)).toMatchObject({ n: 6, stage: 'DIAGNOSE', cycle: 2 });
    expect(events.map(({ event }) => event.name)).toEqual(['IncidentReopened', 'StageChanged']);
  });

  it('is refused while it is open, without a reason, and to a responder', () => {
    expect(refusalOf(() => reopen(anIncident(), grounds, asManager))).toBe('INCIDENT_NOT_CLOSED');
    expect(refusalOf(() => reopen(closed, { ...grounds, reason: '' }, asManager))).toBe('REASON_REQUIRED');
    expect(refusalOf(() => reopen(closed, grounds, asResponder))).toBe('FORBIDDEN');
  });
});

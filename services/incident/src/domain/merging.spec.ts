import { describe, expect, it } from '@jest/globals';
import {
  anIncident,
  anIncidentInClose,
  asEngineer,
  asManager,
  asResponder,
  evidence,
  grounds,
  idOf,
  later,
  nothingKnown,
  now,
  refusalOf,
} from './an-incident.ts';
import { cancelAction, completeAction, recordAction, reviewAction, startAction } from './actions.ts';
import { reopen } from './closing.ts';
import { addEvidence } from './evidence.ts';
import type { Incident, OpenIncident } from './incident.ts';
import { merge } from './merging.ts';

const target = (patch: Partial<OpenIncident> = {}): OpenIncident =>
  anIncident({ id: idOf(5), number: 5, stage: 'DIAGNOSE', detectionIds: [idOf(6)], evidence: [], ...patch });
const duplicate = (patch: Partial<OpenIncident> = {}): OpenIncident => anIncident({ stage: 'ASSESS', ...patch });
const merging = (one: Incident, into: Incident, { known = nothingKnown, order = grounds, act = asManager } = {}) =>
  merge(one, into, order, known, { duplicate: act, target: act });
const namesOf = ({ events }: { readonly events: readonly { readonly event: { readonly name: string } }[] }) =>
  events.map(({ event }) => event.name);
const mitigation = (incident: Incident, n: number): Incident => {
  const order = { actionId: idOf(n), text: 'do', ownerId: null, dueAt: null, doneBy: null };
  return recordAction(incident, { ...order, kind: 'MITIGATION' }, [], asEngineer).state;
};

describe('merging', () => {
  it('closes the duplicate, which names where it goes on and keeps its history', () => {
    const one = mitigation(duplicate(), 40);
    const { state, events, decisions } = merging(one, target()).duplicate;
    expect(state).toMatchObject({ status: 'CLOSED', disposition: 'DUPLICATE', mergedInto: idOf(5), detectionIds: [] });
    expect(state).toMatchObject({ version: one.version + 1, number: one.number });
    expect([state.evidence, state.actions]).toEqual([one.evidence, one.actions]);
    expect(state.stageEntries.map(({ stage }) => stage)).toEqual(['DETECT', 'ASSESS', 'CLOSE']);
    expect(namesOf({ events })).toEqual(['StageChanged', 'IncidentClosed']);
    expect(events[1]?.data).toMatchObject({ mergedInto: idOf(5), disposition: 'DUPLICATE' });
    expect(decisions?.map(({ kind }) => kind)).toEqual(['stage', 'disposition']);
  });

  it('what it held goes on in the other: detections, evidence, actions, the first indication', () => {
    const firstIndicationAt = new Date('2026-11-01T00:00:00Z');
    const contained = { containment: { verifiedBy: 'user:exe', verifiedAt: now } };
    const into = mitigation(target(contained), 41);
    const { state, events, decisions } = merging(mitigation(duplicate({ firstIndicationAt }), 40), into).target;
    expect(state).toMatchObject({
      ...{ stage: 'DIAGNOSE', version: into.version + 1, firstIndicationAt, containment: null },
      detectionIds: [idOf(6), idOf(2)],
      evidence: [{ ...evidence, fromIncidentId: idOf(1) }],
      mergedFrom: [idOf(1)],
    });
    expect(state.actions.map(({ id, fromIncidentId }) => [id, fromIncidentId])).toEqual([
      [idOf(41), undefined],
      [idOf(40), idOf(1)],
    ]);
    expect(namesOf({ events })).toEqual(['IncidentMerged', 'DetectionAttached', 'EvidenceAdded', 'ActionChanged']);
    expect(decisions).toEqual([expect.objectContaining({ kind: 'merge', value: { mergedIncidentId: idOf(1) } })]);
  });

  it('what both have, since one was split from the other, is there once and as it was', () => {
    const into = target({ evidence: [evidence] });
    const { state, events } = merging(duplicate(), into).target;
    expect(state.evidence).toEqual([evidence]);
    expect(namesOf({ events })).not.toContain('EvidenceAdded');
  });

  it('joins the present people of each to the other, and shortens no membership', () => {
    const member = (principalId: string, until: Date | null) =>
      ({ principalId, role: 'LEGAL', environments: [], until }) as const;
    const past = new Date('2026-11-01T00:00:00Z');
    const one = duplicate({ members: [...duplicate().members, member('user:leo', null), member('user:old', past)] });
    const into = target({ members: [...target().members, member('user:leo', later), member('user:lou', null)] });
    const merger = merging(one, into);
    const joined = ['user:leo', 'user:lou'].map((id) => member(id, null));
    expect(merger.target.state.members.filter(({ role }) => role === 'LEGAL')).toEqual(expect.arrayContaining(joined));
    expect(merger.target.state.members).toHaveLength(4);
    expect(merger.duplicate.state.members).toContainEqual(member('user:lou', null));
    expect(merger.duplicate.state.members).toContainEqual(member('user:leo', null));
  });

  it('is for a responder of both until the duplicate is escalated, then for the manager of both', () => {
    expect(refusalOf(() => merging(duplicate(), target(), { act: asResponder }))).toBe('not refused');
    expect(refusalOf(() => merging(duplicate({ stage: 'DIAGNOSE' }), target(), { act: asResponder }))).toBe(
      'FORBIDDEN',
    );
    expect(refusalOf(() => merging(duplicate({ stage: 'DIAGNOSE' }), target()))).toBe('not refused');
    const acts = { duplicate: asManager, target: asEngineer };
    expect(refusalOf(() => merge(duplicate(), target(), grounds, nothingKnown, acts))).toBe('FORBIDDEN');
  });

  const closed = (): Incident => merging(duplicate(), target({ id: idOf(8) })).duplicate.state;
  it.each([
    ['itself', () => merging(duplicate(), duplicate()), 'MERGE_REFUSED'],
    [
      'R-35 I-35 an exercise and a real one',
      () => merging(duplicate({ exerciseId: idOf(77) }), target()),
      'MERGE_REFUSED',
    ],
    ['one in CLOSE as target', () => merging(duplicate(), target({ stage: 'CLOSE' })), 'MERGE_REFUSED'],
    ['one in DETECT as target', () => merging(duplicate(), target({ stage: 'DETECT' })), 'STAGE_TOO_EARLY'],
    ['a duplicate in DETECT', () => merging(duplicate({ stage: 'DETECT' }), target()), 'STAGE_TRANSITION_REFUSED'],
    ['a closed one', () => merging(closed(), target()), 'INCIDENT_CLOSED'],
    ['into a closed one', () => merging(duplicate({ id: idOf(9) }), closed()), 'INCIDENT_CLOSED'],
    [
      'no evidence',
      () => merging(duplicate(), target(), { order: { ...grounds, evidenceIds: [] } }),
      'EVIDENCE_REQUIRED',
    ],
    ['no reason', () => merging(duplicate(), target(), { order: { ...grounds, reason: '' } }), 'REASON_REQUIRED'],
    [
      'I-7 a declared duplicate',
      () => merging(duplicate(), target(), { known: { ...nothingKnown, crspi: 'DECLARED' } }),
      'RETRACT_FIRST',
    ],
    [
      'a duplicate whose customers are being notified',
      () => merging(duplicate(), target(), { known: { ...nothingKnown, cin: 'PREPARING' } }),
      'MERGE_REFUSED',
    ],
    [
      'R-34 an unattributed report',
      () => merging(duplicate({ source: 'CUSTOMER_REPORT' }), target()),
      'ATTRIBUTION_REQUIRED',
    ],
  ] as const)('refuses %s', (_, attempt, code) => {
    expect(refusalOf(attempt)).toBe(code);
  });

  it('takes a duplicate that stands in CLOSE already, if it came from ASSESS or DIAGNOSE', () => {
    const { state } = merging(anIncidentInClose('DIAGNOSE'), target()).duplicate;
    expect(state.stageEntries.map(({ stage }) => stage)).toEqual(['DETECT', 'ASSESS', 'DIAGNOSE', 'CLOSE']);
    expect(refusalOf(() => merging(anIncidentInClose('STABILIZE'), target()))).toBe('DISPOSITION_REFUSED');
  });

  it('what was merged goes on elsewhere: nothing is added to it, and it is not reopened', () => {
    const merged = merging(mitigation(duplicate(), 40), target()).duplicate.state;
    const action = { actionId: idOf(40) };
    const { id: _id, addedBy: _by, addedAt: _at, ...item } = evidence;
    for (const attempt of [
      () => reopen(merged, grounds, asManager),
      () => addEvidence(merged, { ...item, evidenceId: idOf(3) }, asManager),
      () => mitigation(merged, 42),
      () => startAction(merged, action, asManager),
      () => completeAction(merged, { ...action, doneBy: null }, [], asManager),
      () => cancelAction(merged, { ...action, ...grounds }, asManager),
    ])
      expect(refusalOf(attempt)).toBe('INCIDENT_MERGED');
    expect(refusalOf(() => reviewAction(merged, { ...action, ...grounds }, asManager))).toBe('ACTION_NOT_DONE');
  });
});

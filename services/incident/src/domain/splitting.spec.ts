import { describe, expect, it } from '@jest/globals';
import {
  anIncident,
  anIncidentInClose,
  asManager,
  asResponder,
  evidence,
  evidenceId,
  grounds,
  idOf,
  now,
  refusalOf,
} from './an-incident.ts';
import type { Incident } from './incident.ts';
import type { KnownDetection } from './known-facts.ts';
import { relate } from './relating.ts';
import { split, type SplitOrder } from './splitting.ts';

const two = { detectionIds: [idOf(2), idOf(3)], stage: 'ASSESS' } as const;
const order: SplitOrder = { splitIncidentId: idOf(50), number: 50, detectionIds: [idOf(3)], ...grounds };
const known: KnownDetection = {
  id: idOf(3),
  source: 'CUSTOMER_REPORT',
  firstSeenAt: new Date('2026-11-02T00:00:00Z'),
  tenantIds: [],
};
const splitting = (patch: Partial<SplitOrder> = {}, incident: Incident = anIncident(two), act = asManager) =>
  split(incident, { ...order, ...patch }, [known], act);

describe('splitting', () => {
  it('opens an incident in DETECT with the detections, the people, and copies of the evidence', () => {
    const { opened } = splitting();
    expect(opened.state).toMatchObject({
      ...{ id: idOf(50), number: 50, version: 1, stage: 'DETECT', status: 'OPEN', source: 'CUSTOMER_REPORT' },
      ...{ firstIndicationAt: known.firstSeenAt, detectedAt: now, onCallId: 'user:rea', incidentManagerId: 'user:ima' },
      detectionIds: [idOf(3)],
      relatedIncidentIds: [idOf(1)],
      evidence: [{ ...evidence, fromIncidentId: idOf(1) }],
      stageEntries: [{ n: 1, stage: 'DETECT', cycle: 1, at: now, actorId: 'user:ima', reason: grounds.reason }],
    });
    const names = opened.events.map(({ event }) => event.name);
    expect(names).toEqual(['IncidentOpened', 'AssignmentChanged', 'AssignmentChanged', 'EvidenceAdded']);
    expect(opened.events[0]?.data).toMatchObject({ relatedIncidentIds: [idOf(1)], detectionIds: [idOf(3)] });
  });

  it('leaves the rest where it was, related', () => {
    const incident = anIncident(two);
    const { source } = splitting({}, incident);
    const relation = { detectionIds: [idOf(2)], relatedIncidentIds: [idOf(50)], version: incident.version + 1 };
    expect(source.state).toEqual({ ...incident, ...relation });
    expect(source.events.map(({ data }) => data)).toEqual([
      { incidentId: idOf(1), at: now.toISOString(), splitIncidentId: idOf(50), detectionIds: [idOf(3)] },
    ]);
    expect(source.decisions).toEqual([expect.objectContaining({ kind: 'split', reason: grounds.reason })]);
  });

  it('refuses the last detection, foreign ones, none, and whoever does not lead', () => {
    expect(refusalOf(() => splitting({ detectionIds: [idOf(2), idOf(3)] }))).toBe('LAST_DETECTION');
    expect(refusalOf(() => splitting({ detectionIds: [idOf(9)] }))).toBe('INVALID_INPUT');
    expect(refusalOf(() => splitting({ detectionIds: [] }))).toBe('INVALID_INPUT');
    expect(refusalOf(() => splitting({ evidenceIds: [idOf(9)] }))).toBe('EVIDENCE_UNKNOWN');
    expect(refusalOf(() => splitting({ evidenceIds: [evidenceId], reason: ' ' }))).toBe('REASON_REQUIRED');
    expect(refusalOf(() => splitting({}, anIncident(two), asResponder))).toBe('not refused');
    expect(refusalOf(() => splitting({}, anIncident({ ...two, stage: 'DIAGNOSE' }), asResponder))).toBe('FORBIDDEN');
    const closing = anIncidentInClose('ASSESS', { detectionIds: two.detectionIds });
    const closed = { ...closing, status: 'CLOSED', disposition: 'DUPLICATE', closedAt: now } as const;
    expect(refusalOf(() => splitting({}, closed))).toBe('INCIDENT_CLOSED');
  });
});

describe('relating', () => {
  const other = anIncident({ id: idOf(5), number: 5 });

  it('is said by both, once', () => {
    const both = relate(anIncident(), other, grounds, asResponder);
    expect(both?.one.state.relatedIncidentIds).toEqual([idOf(5)]);
    expect(both?.other.state.relatedIncidentIds).toEqual([idOf(1)]);
    expect(both?.other.events[0]?.data).toMatchObject({ incidentId: idOf(5), relatedIncidentId: idOf(1) });
    expect(relate(both?.one.state ?? other, other, grounds, asResponder)).toBeNull();
  });

  it('needs a reason, and another incident', () => {
    expect(refusalOf(() => relate(anIncident(), other, { ...grounds, reason: '' }, asResponder))).toBe(
      'REASON_REQUIRED',
    );
    expect(refusalOf(() => relate(other, other, grounds, asResponder))).toBe('INVALID_INPUT');
  });
});

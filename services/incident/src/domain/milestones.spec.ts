import { describe, expect, it } from '@jest/globals';
import { anIncident } from './an-incident.ts';
import { metricsOf, milestonesOf } from './milestones.ts';
import type { ClosedIncident, StageEntry } from './incident.ts';

const opened = new Date('2026-11-22T10:00:00Z');
const after = (seconds: number): Date => new Date(opened.getTime() + seconds * 1_000);
const entry = (n: number, stage: StageEntry['stage'], seconds: number): StageEntry => ({
  n,
  stage,
  cycle: 1,
  at: after(seconds),
  actorId: 'user:rea',
  reason: 'as the story goes',
});
const unheard = { declaredAt: null, pageAcknowledgedAt: null };
const detected = entry(1, 'DETECT', 0);
const story = [
  detected,
  entry(2, 'ASSESS', 90),
  entry(3, 'DIAGNOSE', 600.5),
  entry(4, 'STABILIZE', 900),
  entry(5, 'DIAGNOSE', 1_000),
  entry(6, 'STABILIZE', 1_100),
  entry(7, 'CLOSE', 1_200),
];
const incident = anIncident({ detectedAt: opened, stageEntries: story });

describe('the times of an incident', () => {
  it('are null, not zero, while it has not come so far', () => {
    expect(metricsOf(anIncident({ detectedAt: opened, stageEntries: [detected] }), unheard)).toEqual({
      timeToAcknowledge: null,
      timeToAssess: null,
      timeToContain: null,
      timeToDeclare: null,
      timeToClose: null,
    });
  });

  it('count from its opening to the first time that it came so far, in seconds', () => {
    const closed: ClosedIncident = { ...incident, status: 'CLOSED', disposition: 'RESOLVED', closedAt: after(1_500) };
    const contained = { ...closed, containment: { verifiedBy: 'user:exe', verifiedAt: after(1_150) } };
    expect(metricsOf(contained, { ...unheard, declaredAt: after(700) })).toEqual({
      timeToAcknowledge: 90,
      timeToAssess: 600.5,
      timeToContain: 1_150,
      timeToDeclare: 700,
      timeToClose: 1_500,
    });
  });

  it.each([
    ['the page, before anybody moved it', [detected], 30, 30],
    ['the page, if that was earlier', story, 89, 89],
    ['ASSESS, if nobody had taken the page yet', story, 91, 90],
  ])('R-02 are acknowledged by %s', (_, stageEntries, paged, expected) => {
    const heard = { ...unheard, pageAcknowledgedAt: after(paged) };
    const metrics = metricsOf(anIncident({ detectedAt: opened, stageEntries }), heard);
    expect(metrics.timeToAcknowledge).toBe(expected);
  });

  it('end at CLOSE for the assessment of what was never diagnosed', () => {
    const stageEntries = [detected, entry(2, 'ASSESS', 90), entry(3, 'CLOSE', 120)];
    expect(milestonesOf({ stageEntries, containment: null })).toEqual({
      acknowledgedAt: after(90),
      assessedAt: after(120),
      containedAt: null,
    });
  });

  it('know no containment while it is diagnosed anew, and no closing while it is open again', () => {
    expect(metricsOf(incident, unheard)).toMatchObject({ timeToContain: null, timeToClose: null });
  });
});

import { expect, it } from '@jest/globals';
import { DomainError } from '@tocsin/errors';
import fc from 'fast-check';
import { recordAction } from './actions.ts';
import { anIncident, asManager, evidence, idOf, nothingKnown } from './an-incident.ts';
import type { Incident } from './incident.ts';
import { merge } from './merging.ts';
import { split } from './splitting.ts';

/* A fixed seed: what is green today is green tomorrow. */
const settings = { seed: 20_261_125, numRuns: 200 };

const begun = 4;
const grounds = (cited: Incident) => ({
  reason: 'the same',
  evidenceIds: cited.evidence.slice(0, 1).map(({ id }) => id),
});

/** Some incidents in ASSESS, each with two detections, a piece of evidence and an open action. */
const incidents = (): Incident[] =>
  Array.from({ length: begun }, (_, n) => {
    const own = { detectionIds: [idOf(100 + n), idOf(200 + n)], evidence: [{ ...evidence, id: idOf(300 + n) }] };
    const incident = anIncident({ id: idOf(n), number: n, stage: 'ASSESS', ...own });
    const order = { actionId: idOf(400 + n), text: 'do', ownerId: null, dueAt: null, doneBy: null };
    return recordAction(incident, { ...order, kind: 'MITIGATION' }, [], asManager).state;
  });

/** Which of the incidents there are by then; out of range is taken modulo. */
const step = fc.record({
  merges: fc.boolean(),
  a: fc.nat(20),
  b: fc.nat(20),
  detection: fc.nat(5),
  advances: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What the incidents become of one command; as they were if it is refused. */
function after(all: readonly Incident[], { merges, a, b, detection, advances }: Step, n: number): readonly Incident[] {
  const [one, other] = [all[a % all.length]!, all[b % all.length]!];
  try {
    if (merges) {
      const acts = { duplicate: asManager, target: asManager };
      const merger = merge(one, other, grounds(one), nothingKnown, acts);
      return all.map(
        (known) => [merger.duplicate.state, merger.target.state].find(({ id }) => id === known.id) ?? known,
      );
    }
    const leaving = one.detectionIds[detection % Math.max(one.detectionIds.length, 1)] ?? idOf(999);
    const order = { splitIncidentId: idOf(500 + n), number: 500 + n, detectionIds: [leaving], ...grounds(one) };
    const { source, opened } = split(one, order, [], asManager);
    // A new incident would take a while to reach ASSESS, where it may be merged.
    const next = advances ? { ...opened.state, stage: 'ASSESS' as const } : opened.state;
    return [...all.map((known) => (known.id === source.state.id ? source.state : known)), next];
  } catch (error) {
    if (error instanceof DomainError) return all;
    throw error;
  }
}

const finals = (all: readonly Incident[]) => all.filter(({ mergedInto }) => mergedInto === null);

it('R-22 I-1 over any mergers and splits nothing is lost: every detection is in one incident, every evidence and action in one that goes on', () => {
  let mergers = 0;
  let splits = 0;
  const holds = (steps: readonly Step[]): void => {
    const start = incidents();
    const all = steps.reduce(after, start);
    expect(all.flatMap(({ detectionIds }) => detectionIds).sort()).toEqual(start.flatMap((i) => i.detectionIds).sort());
    for (const incident of all) if (incident.mergedInto !== null) expect(incident.detectionIds).toEqual([]);
    const going = finals(all);
    const evidenceIds = new Set(going.flatMap((incident) => incident.evidence.map(({ id }) => id)));
    for (const incident of start) expect(evidenceIds).toContain(incident.evidence[0]?.id);
    const actionIds = going.flatMap((incident) => incident.actions.map(({ id }) => id));
    expect(actionIds.sort()).toEqual(start.flatMap((incident) => incident.actions.map(({ id }) => id)).sort());
    for (const { id, number, stageEntries } of start) {
      const now = all.find((incident) => incident.id === id)!;
      expect([now.number, now.stageEntries.slice(0, stageEntries.length)]).toEqual([number, stageEntries]);
    }
    mergers += all.length - going.length;
    splits += all.length - begun;
  };
  fc.assert(fc.property(fc.array(step, { minLength: 5, maxLength: 25, size: 'max' }), holds), settings);
  expect(Math.min(mergers, splits)).toBeGreaterThan(100);
});

it('I-1 every chain of mergers ends in an incident that goes on, which is told where each came from', () => {
  const holds = (steps: readonly Step[]): void => {
    const all = steps.reduce<readonly Incident[]>(after, incidents());
    const byId = new Map(all.map((incident) => [incident.id, incident]));
    for (const incident of all) {
      let end = incident;
      for (let length = 0; end.mergedInto !== null; length += 1) {
        expect(length).toBeLessThan(all.length);
        const into = byId.get(end.mergedInto)!;
        expect(into.mergedFrom).toContain(end.id);
        end = into;
      }
      expect(end.status).toBe('OPEN');
    }
  };
  fc.assert(fc.property(fc.array(step, { minLength: 5, maxLength: 25, size: 'max' }), holds), settings);
});

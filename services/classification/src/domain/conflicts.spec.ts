import { describe, expect, it } from '@jest/globals';
import { BreachAnswer, Crspi, CustomerDataRisk, Responsibility, Stage, type BreachType } from '@tocsin/contracts';
import { act, fresh, known, now } from '../testing/a-classification.ts';
import { harmless } from '../testing/risk-inputs.ts';
import { recordAwareness } from './awareness.ts';
import { decidePersonalDataBreach, type Judgement } from './breach-assessment.ts';
import { authorize, scope, type Assessment, type Classification } from './classification.ts';
import { reviewed, type Conflict, type ReviewedIncident } from './conflicts.ts';
import { decideVerdict } from './deciding-verdict.ts';

let drawn = 0;
const newId = () => `c0f11c70-0000-4000-8000-${String((drawn += 1)).padStart(12, '0')}`;
const review = (state: Classification, incident: ReviewedIncident = known()) =>
  reviewed({ state, events: [] }, incident, { now, newId });
const openOf = ({ conflicts }: Classification): Conflict[] => conflicts.filter(({ closedAt }) => closedAt === null);
const whys = (state: Classification, incident?: ReviewedIncident) =>
  openOf(review(state, incident).state).map(({ kind, why, actorRole }) => [kind, why, actorRole]);

const aware = (from = fresh()) => recordAwareness(from, known(), { actorRole: 'PROCESSOR', awareAt: now }, act).state;
const breach = (value: BreachAnswer, types: BreachType[], from: Classification) =>
  decidePersonalDataBreach(from, { actorRole: 'PROCESSOR', value, breachTypes: types }, act).state;
const judged = (from = fresh(), patch: Partial<Judgement> = {}, incident = known()) => {
  const { inputs = harmless, verdict = 'UNLIKELY', art34Ground = null } = patch;
  const order = { actorRole: 'PROCESSOR', inputs, verdict, art34Ground, enisa: null } as const;
  return decideVerdict(from, incident, { ...order, rationale: 'x', divergence: 'x' }, act).state;
};
const withPeople = (subjects: number, from = fresh(), status: 'LIKELY' | 'RULED_OUT' = 'LIKELY') =>
  scope(from, { tenantId: 'x', subscriptionIds: [], status, dataCategories: [], subjects, flowLogRefs: [] }, [], act)
    .state;
const withRisk = (customerDataRisk: CustomerDataRisk, from = fresh()): Classification => ({
  ...from,
  assessment: { ...({} as Assessment), customerDataRisk },
});

describe('AWARE_NOT_EXECUTED', () => {
  const conflict = [['AWARE_NOT_EXECUTED', 'EXECUTION_NOT_AUTHORIZED', null]];

  it('stands while G2 does without G4', () => {
    expect(whys(fresh())).toEqual([]);
    expect(whys(aware())).toEqual(conflict);
    const executed = authorize({ ...aware(), crspi: 'DECLARED' }, act).state;
    expect(whys(executed)).toEqual([]);
  });

  it.each(BreachAnswer.options)('with the answer %s of the part that is aware', (value) => {
    const types: BreachType[] = value === 'YES' ? ['INTEGRITY'] : [];
    expect(whys(breach(value, types, aware()))).toEqual(value === 'NO' ? [] : conflict);
  });

  it('is one, however many parts are aware, and stays while one of them has a breach', () => {
    const both = recordAwareness(aware(), known(), { actorRole: 'CONTROLLER', awareAt: now }, act).state;
    expect(whys(both)).toEqual(conflict);
    expect(whys(breach('NO', [], both))).toEqual(conflict);
  });
});

it('I-4 DECLARED_BUT_CUSTOMER stands exactly if it is declared and the customer’s', () => {
  for (const crspi of Crspi.options)
    for (const responsibility of Responsibility.options) {
      const found = whys({ ...fresh(), crspi }, known({ responsibility }));
      const expected = crspi === 'DECLARED' && responsibility === 'CUSTOMER';
      expect([crspi, responsibility, found.length]).toEqual([crspi, responsibility, Number(expected)]);
      if (expected) expect(found).toEqual([['DECLARED_BUT_CUSTOMER', 'CUSTOMER_RESPONSIBLE', null]]);
    }
});

describe('EXERCISE_BUT_REAL', () => {
  const exercise = {
    id: 'e0000000-0000-4000-8000-000000000001',
    state: 'RUNNING' as const,
    startsAt: new Date('2026-11-19T08:00:00Z'),
    endsAt: new Date('2026-11-19T10:00:00Z'),
  };
  const conflict = [['EXERCISE_BUT_REAL', 'SEEN_OUTSIDE_EXERCISE', null]];
  const seen = (firstIndicationAt: string | null, patch: Partial<ReviewedIncident> = {}) =>
    whys(
      fresh(),
      known({ exercise, firstIndicationAt: firstIndicationAt === null ? null : new Date(firstIndicationAt), ...patch }),
    );

  it.each([
    ['2026-11-19T07:59:59.999Z', conflict],
    ['2026-11-19T08:00:00.000Z', []],
    ['2026-11-19T10:00:00.000Z', []],
    ['2026-11-19T10:00:00.001Z', conflict],
  ])('I-35 first seen at %s, of an exercise from 8 to 10 o’clock: %j', (at, expected) => {
    expect(seen(at)).toEqual(expected);
    expect(seen(at, { exercise: { ...exercise, state: 'ENDED' } })).toEqual(expected);
  });

  it('I-35 stands for an exercise that was never started', () => {
    expect(seen('2026-11-19T09:00:00Z', { exercise: { ...exercise, state: 'PLANNED' } })).toEqual(conflict);
  });

  it('does not stand for a real incident, nor while one of the times is unknown', () => {
    expect(seen('2026-11-19T07:00:00Z', { exercise: null })).toEqual([]);
    expect(seen(null)).toEqual([]);
  });

  it.each(Stage.options)('in stage %s stands until the incident is closed', (stage) => {
    expect(seen('2026-11-19T07:00:00Z', { stage })).toEqual(stage === 'CLOSE' ? [] : conflict);
  });
});

it('R-85 R-86 CLOSED_BUT_HELD stands exactly if a hold is active in stage CLOSE', () => {
  for (const stage of Stage.options)
    for (const isHeld of [true, false]) {
      const found = whys(fresh(), known({ stage, isHeld }));
      const expected = stage === 'CLOSE' && isHeld ? [['CLOSED_BUT_HELD', 'NOTICES_HELD', null]] : [];
      expect([stage, isHeld, found]).toEqual([stage, isHeld, expected]);
    }
});

describe('VERDICT_STALE', () => {
  const stale = (why: string) => [['VERDICT_STALE', why, 'PROCESSOR']];

  it('does not stand where nothing was judged, nor right after a verdict', () => {
    expect(whys(withPeople(50_000), known({ cycle: 2 }))).toEqual([]);
    const late = withRisk('CONFIRMED', withPeople(50_000));
    expect(whys(judged(late, {}, known({ cycle: 2 })), known({ cycle: 2 }))).toEqual([]);
  });

  it('stands once the incident is reopened, until it is judged again', () => {
    expect(whys(judged(), known({ cycle: 2 }))).toEqual(stale('INCIDENT_REOPENED'));
    expect(whys(judged(judged(), {}, known({ cycle: 2 })), known({ cycle: 2 }))).toEqual([]);
  });

  it.each([
    [0, 9_999, 1, false],
    [0, 10_000, 1, true],
    [9_999, 10_000, null, true],
    // What was judged on already.
    [0, 10_000, 10_000, false],
    [20_000, 10_000, 1, false],
    // And back: the verdict may be too hard.
    [10_000, 9_999, 10_000, true],
    [10_000, 9_999, 9_999, false],
  ])('from %i to %i people in the scopes, judged on %p: %p', (before, after, subjects, isStale) => {
    const inputs = { ...harmless, subjects };
    const found = whys(withPeople(after, judged(withPeople(before), { inputs })));
    expect(found).toEqual(isStale ? stale('PEOPLE_RECOUNTED') : []);
  });

  it('counts nobody in a scope that is ruled out', () => {
    expect(whys(withPeople(50_000, judged(), 'RULED_OUT'))).toEqual([]);
  });

  it('stands if the risk to customer data grows to IMMINENT or CONFIRMED', () => {
    for (const before of CustomerDataRisk.options)
      for (const after of CustomerDataRisk.options) {
        const [then, present] = [before, after].map((risk) => CustomerDataRisk.options.indexOf(risk));
        const found = whys(withRisk(after, judged(withRisk(before))));
        const expected = (present ?? 0) > (then ?? 0) && ['IMMINENT', 'CONFIRMED'].includes(after);
        expect([before, after, found]).toEqual([before, after, expected ? stale('DATA_AT_RISK') : []]);
      }
  });

  it('I-23 stands if ground A was given and availability turns out to be lost too', () => {
    const inputs = { ...harmless, dataReadable: 'NO' as const };
    const grounded = judged(fresh(), { inputs, verdict: 'HIGH_RISK', art34Ground: 'A' });
    expect(whys(breach('YES', ['CONFIDENTIALITY'], grounded))).toEqual([]);
    expect(whys(breach('YES', ['AVAILABILITY'], grounded))).toEqual(stale('GROUND_LOST'));
    expect(whys(breach('YES', ['AVAILABILITY'], judged()))).toEqual([]);
  });

  it('does not stand where there is no breach', () => {
    expect(whys(breach('NO', [], judged()), known({ cycle: 2 }))).toEqual([]);
  });
});

describe('a conflict', () => {
  it('is announced when it comes up and when it is settled, and stays in the list', () => {
    const opened = review(aware());
    const [conflict] = openOf(opened.state);
    const settled = review(breach('NO', [], opened.state));
    const told = { conflictId: conflict?.id, kind: 'AWARE_NOT_EXECUTED' };
    expect(opened.events.map(({ data }) => data)).toMatchObject([{ ...told, open: true }]);
    expect(settled.events.map(({ data }) => data)).toMatchObject([{ ...told, open: false }]);
    expect(settled.state.conflicts).toEqual([{ ...conflict, closedAt: now.toISOString() }]);
  });

  it('I-35 in an exercise is announced as the exercise’s', () => {
    const { events } = review(aware({ ...fresh(), exerciseId: 'e0000000-0000-4000-8000-000000000001' }));
    expect(events).toMatchObject([{ data: { exerciseId: 'e0000000-0000-4000-8000-000000000001', open: true } }]);
  });

  it('that comes up again is another one', () => {
    const settled = review(breach('NO', [], review(aware()).state)).state;
    const { conflicts } = review(breach('UNKNOWN', [], settled)).state;
    expect(conflicts.map(({ closedAt }) => closedAt === null)).toEqual([false, true]);
    expect(new Set(conflicts.map(({ id }) => id)).size).toBe(2);
  });

  it('is not announced twice', () => {
    const once = review(aware());
    expect(review(once.state)).toEqual({ state: once.state, events: [] });
  });
});

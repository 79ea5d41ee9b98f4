import { describe, expect, it } from '@jest/globals';
import type { SuppressionState } from '@tocsin/contracts';
import fc from 'fast-check';
import { idOf, now, refusalOf } from '../testing/a-detection.ts';
import { aFilter, aReplay } from '../testing/a-suppression.ts';
import {
  activate,
  digestOf,
  keepReplay,
  propose,
  reject,
  revise,
  revoke,
  stateAt,
  type Suppression,
} from './suppression.ts';

/* A fixed seed: what is green today is green tomorrow. */
const settings = { seed: 20_261_122, numRuns: 1_000 };
const hour = 3_600_000;
const narrower = aFilter.replace('endswith', 'contains');
const one = <const T>(value: T) => fc.constant(value);

const reason = fc.oneof({ weight: 9, arbitrary: one('seen') }, one(' '));
const writing = {
  filter: fc.constantFrom(aFilter, narrower),
  owner: fc.constantFrom('user:eng', 'user:eng', ' ', null),
  days: fc.constantFrom(30, 30, 90, 91, 0, -1, null),
  reason,
};
/** Who does it, and how long after the one before, in hours. */
const common = { by: fc.constantFrom('user:eng', 'user:second'), after: fc.constantFrom(0, 0, 1, 1, 25, 24 * 31) };
const step = fc.oneof(
  fc.record({ do: one('revise'), ...common, ...writing }),
  { weight: 3, arbitrary: fc.record({ do: one('replay'), ...common, hidden: fc.constantFrom(0, 0, 0, 2) }) },
  { weight: 4, arbitrary: fc.record({ do: one('activate'), ...common, reason }) },
  fc.record({ do: one('reject'), ...common, reason }),
  fc.record({ do: one('revoke'), ...common, reason }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
const story = fc.record({
  first: fc.record({ ...writing, reason: one('seen') }),
  steps: fc.array(step, { maxLength: 12, size: 'max' }),
});

const until = (days: number | null, at: Date): Date | null =>
  days === null ? null : new Date(at.getTime() + days * 24 * hour);

/** Domain.md, sections 5 and 6, and I-8, written down apart from the code: every code that may refuse the step. */
function reasonsAgainst(present: Suppression, state: SuppressionState, given: Step, at: Date): readonly string[] {
  const when = (holds: boolean, code: string): string[] => (holds ? [code] : []);
  const wanted = given.do === 'revoke' ? 'ACTIVE' : 'PROPOSED';
  const codes = when(state !== wanted, 'SUPPRESSION_STATE');
  if (given.do !== 'replay') codes.push(...when(given.reason.trim() === '', 'REASON_REQUIRED'));
  if (given.do !== 'activate') return codes;
  const { replay, expiresAt } = present;
  const ahead = expiresAt === null ? -1 : (expiresAt.getTime() - at.getTime()) / hour / 24;
  const isFresh =
    replay !== null &&
    replay.filterDigest === digestOf(present.filter) &&
    at.getTime() - Date.parse(replay.at) <= 24 * hour;
  return [
    ...codes,
    ...when(given.by === present.proposedBy, 'SAME_PERSON_REFUSED'),
    ...when(present.owner === null, 'OWNER_REQUIRED'),
    ...when(ahead <= 0 || ahead > 90, 'EXPIRY_REQUIRED'),
    ...when(!isFresh, 'REPLAY_REQUIRED'),
    ...when((replay?.truePositivesHidden ?? 0) > 0, 'HIDES_TRUE_POSITIVES'),
  ];
}

function apply(present: Suppression, given: Step, at: Date): Suppression {
  const act = { by: given.by, now: at, decisionId: idOf(900) };
  switch (given.do) {
    case 'revise':
      return revise(present, { ...given, expiresAt: until(given.days, at) }, act).state;
    case 'replay': {
      const found = { truePositivesHidden: given.hidden, filterDigest: digestOf(present.filter), at: at.toISOString() };
      return keepReplay(present, aReplay(found)).state;
    }
    case 'activate':
      return activate(present, given, act).state;
    case 'reject':
      return reject(present, given, act).state;
    case 'revoke':
      return revoke(present, given, act).state;
  }
}

/** Plays a story and tells of each step what came of it. */
function play(told: typeof story extends fc.Arbitrary<infer S> ? S : never) {
  let at = now;
  const { first, steps } = told;
  const ids = { id: idOf(30), detectorId: idOf(2), rootCause: 'NORMAL_BUSINESS_PRACTICE', taskId: null } as const;
  const act = { by: 'user:eng', now: at, decisionId: idOf(900) };
  let present = propose({ ...ids, ...first, expiresAt: until(first.days, at) }, act).state;
  return steps.map((given) => {
    at = new Date(at.getTime() + given.after * hour);
    const before = present;
    const code = refusalOf(() => (present = apply(before, given, at)));
    return { given, at, before, after: present, code, state: stateAt(before, at) };
  });
}

const ofEveryStep = (holds: (step: ReturnType<typeof play>[number]) => void): void =>
  fc.assert(
    fc.property(story, (told) => play(told).forEach(holds)),
    settings,
  );

describe('any sequence of decisions about a suppression', () => {
  it('R-46 I-8 is refused for a reason of the design, and only then', () => {
    ofEveryStep(({ given, at, before, code, state }) => {
      const reasons = reasonsAgainst(before, state, given, at);
      if (reasons.length === 0) expect([given, code]).toEqual([given, 'not refused']);
      else expect(reasons).toContain(code);
    });
  });

  it('I-8 what acts has an owner, an end, a replay of this very filter that hides nothing real, and two people', () => {
    let acting = 0;
    ofEveryStep(({ at, after }) => {
      if (stateAt(after, at) !== 'ACTIVE') return;
      acting += 1;
      expect(after).toMatchObject({ owner: 'user:eng', replay: { truePositivesHidden: 0 } });
      expect(after.replay?.filterDigest).toBe(digestOf(after.filter));
      expect(after.activatedBy).not.toBe(after.proposedBy);
      expect(after.expiresAt?.getTime()).toBeGreaterThan(at.getTime());
    });
    expect(acting).toBeGreaterThan(50);
  });

  it('the stories reach every refusal and every state', () => {
    const codes = new Set<string>();
    const states = new Set<string>();
    ofEveryStep(({ code, state }) => {
      codes.add(code);
      states.add(state);
    });
    expect([...codes].sort()).toEqual([
      'EXPIRY_REQUIRED',
      'HIDES_TRUE_POSITIVES',
      'OWNER_REQUIRED',
      'REASON_REQUIRED',
      'REPLAY_REQUIRED',
      'SAME_PERSON_REFUSED',
      'SUPPRESSION_STATE',
      'not refused',
    ]);
    expect([...states].sort()).toEqual(['ACTIVE', 'EXPIRED', 'PROPOSED', 'REJECTED', 'REVOKED']);
  });
});

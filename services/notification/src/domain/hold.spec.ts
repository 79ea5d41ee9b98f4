import { describe, expect, it } from '@jest/globals';
import { HoldGround, HoldState } from '@tocsin/contracts';
import { refusalOf } from '../testing/a-notice.ts';
import {
  actIn,
  aHoldOrder,
  aMet,
  anActive,
  anObligation,
  aProposal,
  approvedBy,
  asExecutive,
  asLegal,
  inHours,
  placer,
} from '../testing/a-hold.ts';
import { approve, isReviewOverdue, missingApprovals, place, reject, release, renew, type Hold } from './hold.ts';
import { contractRule } from './obligation.ts';

const seeds = ['RISK_TO_OTHER_CUSTOMERS', 'EXTREME_CIRCUMSTANCES'] as const;
const placing = (patch: Parameters<typeof aHoldOrder>[0], obligations = [anObligation()]) =>
  refusalOf(() => place(aHoldOrder(patch), obligations, placer));
const approving = (hold: Hold, act = asLegal) => refusalOf(() => approve(hold, [anObligation()], act));

describe('a hold that is placed', () => {
  it.each(HoldGround.options)('I-16 on the ground %s, against the contract’s rule', (ground) => {
    const isSeed = (seeds as readonly HoldGround[]).includes(ground);
    expect(placing({ ground })).toBe(isSeed ? 'not refused' : 'HOLD_GROUND_NOT_ALLOWED');
    if (isSeed) return;
    const details = { ground, ruleId: 'CONTRACT_CRSPI', allowed: seeds };
    expect(() => place(aHoldOrder({ ground }), [anObligation()], placer)).toThrow(expect.objectContaining({ details }));
  });

  it('R-87 I-18 has no ground for missing details, neither in the contract’s rule nor in any regime’s', () => {
    expect(contractRule.holdGrounds).toEqual(seeds);
    expect(HoldGround.options).toEqual([...seeds, 'LAW_ENFORCEMENT', 'ATTORNEY_GENERAL', 'SCOPE_AND_RESTORE']);
  });

  it('R-85 for the risk to others says whom it would put at risk; in extreme circumstances it need not', () => {
    for (const affectedOthers of [null, '', ' \n']) {
      expect(placing({ affectedOthers })).toBe('AFFECTED_OTHERS_REQUIRED');
      expect(placing({ affectedOthers, ground: 'EXTREME_CIRCUMSTANCES' })).toBe('not refused');
    }
  });

  it('I-17 says why', () => {
    for (const rationale of ['', ' ']) expect(placing({ rationale })).toBe('REASON_REQUIRED');
  });

  it('names only what is still owed', () => {
    expect(placing({}, [anObligation(1), anObligation(2)])).toBe('not refused');
    expect(placing({}, [anObligation(1), aMet(2)])).toBe('NOTHING_TO_HOLD');
  });

  it.each([
    [-1, 'TIME_ORDER_INVALID'],
    [0, 'TIME_ORDER_INVALID'],
    [0.001, 'not refused'],
    [24, 'not refused'],
    [24.001, 'REVIEW_TOO_FAR'],
  ])('I-17 with a review %d hours ahead', (hours, code) => {
    expect(placing({ reviewAt: inHours(hours) })).toBe(code);
    expect(refusalOf(() => renew(anActive(), inHours(hours), placer))).toBe(code);
  });
});

describe('I-17 R-85 of the risk to others', () => {
  it.each([asLegal, asExecutive])('either approves: $role', (act) => {
    const { state, events } = approve(aProposal(), [anObligation()], act);
    expect(state).toMatchObject({ state: 'ACTIVE', startedAt: act.now });
    expect(state.approvals).toEqual([{ role: act.role, principalId: act.by, at: act.now.toISOString() }]);
    expect(events.map(({ data }) => data)).toMatchObject([{ state: 'ACTIVE', obligationIds: [anObligation().id] }]);
  });

  it('R-86 who placed it does not approve it, in whatever role', () => {
    for (const role of ['LEGAL', 'EXECUTIVE_INCIDENT_MANAGER'])
      expect(approving(aProposal(), actIn(role, placer.by))).toBe('SAME_PERSON_REFUSED');
  });
});

describe('I-17 R-86 of extreme circumstances', () => {
  const extreme = () => aProposal('EXTREME_CIRCUMSTANCES');

  it.each([
    ['LEGAL', 'EXECUTIVE_INCIDENT_MANAGER'],
    ['EXECUTIVE_INCIDENT_MANAGER', 'LEGAL'],
  ] as const)('%s alone is not enough, %s must approve too', (first, second) => {
    const half = approvedBy(extreme(), first);
    expect(half).toMatchObject({ state: 'PROPOSED', startedAt: null });
    expect(missingApprovals(half)).toEqual([second]);
    expect(approvedBy(half, second)).toMatchObject({ state: 'ACTIVE' });
  });

  it('the first approval is a decision, and announces nothing yet', () => {
    const { events, decisions, state } = approve(extreme(), [anObligation()], asLegal);
    expect([events, state.version]).toEqual([[], 2]);
    expect(decisions).toMatchObject([{ kind: 'holdApproval', role: 'LEGAL', value: { state: 'PROPOSED' } }]);
  });

  it('one person in both roles is refused', () => {
    const half = approvedBy(extreme(), 'LEGAL');
    expect(approving(half, actIn('EXECUTIVE_INCIDENT_MANAGER', asLegal.by))).toBe('SAME_PERSON_REFUSED');
  });

  it('two people in one role are refused, and told whose approval is missing', () => {
    const half = approvedBy(extreme(), 'LEGAL');
    const act = actIn('LEGAL', 'user:lia');
    expect(() => approve(half, [anObligation()], act)).toThrow(
      expect.objectContaining({ code: 'WRONG_APPROVER', details: { missing: ['EXECUTIVE_INCIDENT_MANAGER'] } }),
    );
  });

  it('nobody else approves', () => {
    expect(approving(extreme(), actIn('INCIDENT_MANAGER', 'user:ivo'))).toBe('WRONG_APPROVER');
  });
});

describe('the steps of a hold', () => {
  const inState = (state: HoldState): Hold => ({ ...anActive(), approvals: [], state });
  const steps = {
    approve: (hold: Hold) => approve(hold, [anObligation()], asLegal),
    reject: (hold: Hold) => reject(hold, asLegal),
    renew: (hold: Hold) => renew(hold, inHours(2), placer),
    release: (hold: Hold) => release(hold, placer),
  };
  const listed = {
    'PROPOSED approve': 'ACTIVE',
    'PROPOSED reject': 'REJECTED',
    'ACTIVE renew': 'ACTIVE',
    'ACTIVE release': 'RELEASED',
  };
  const table = HoldState.options.flatMap((from) =>
    Object.entries(steps).map(([name, step]) => ({ from, name, step })),
  );

  it.each(table)('R-85 $from, $name', ({ from, name, step }) => {
    const to = listed[`${from} ${name}` as keyof typeof listed] as HoldState | undefined;
    expect(refusalOf(() => step(inState(from)))).toBe(to === undefined ? 'HOLD_STATE_REFUSED' : 'not refused');
    if (to !== undefined) expect(step(inState(from)).state.state).toBe(to);
  });

  it.each(Object.entries(steps))('%s needs a reason', (name, step) => {
    const hold = inState(name === 'approve' || name === 'reject' ? 'PROPOSED' : 'ACTIVE');
    const silent = { ...(name === 'approve' || name === 'reject' ? asLegal : placer), reason: ' ' };
    const again = {
      approve: () => approve(hold, [anObligation()], silent),
      reject: () => reject(hold, silent),
      renew: () => renew(hold, inHours(2), silent),
      release: () => release(hold, silent),
    };
    expect(refusalOf(() => step(hold))).toBe('not refused');
    expect(refusalOf(again[name as keyof typeof again])).toBe('REASON_REQUIRED');
  });

  it('approval comes too late once nothing it names is owed', () => {
    expect(refusalOf(() => approve(aProposal(), [aMet()], asLegal))).toBe('NOTHING_TO_HOLD');
    expect(refusalOf(() => approve(aProposal(), [aMet(1), anObligation(2)], asLegal))).toBe('not refused');
  });
});

it('I-17 a hold that nobody reviewed in time stays active, and says so', () => {
  const hold = anActive();
  expect([23.999, 24, 500].map((hours) => isReviewOverdue(hold, inHours(hours)))).toEqual([false, true, true]);
  expect(isReviewOverdue(aProposal(), inHours(30))).toBe(false);
  const renewed = renew(hold, inHours(40), { ...placer, now: inHours(30) }).state;
  expect([isReviewOverdue(renewed, inHours(30)), renewed.state]).toEqual([false, 'ACTIVE']);
});

import { expect, it } from '@jest/globals';
import { HoldGround, type HoldState } from '@tocsin/contracts';
import { definedErrors } from '@tocsin/errors';
import fc from 'fast-check';
import { aHoldOrder, aMet, anObligation, hourMs, inHours, placer } from '../testing/a-hold.ts';
import { adviser, later, now, refusalOf } from '../testing/a-notice.ts';
import { approve, place, reject, release, renew, type Hold, type HoldChange } from './hold.ts';

/* A fixed seed: what is green today is green tomorrow. */
const settings = { seed: 20_261_201, numRuns: 300 };

const people = ['user:ima', 'user:leo', 'user:exe', 'user:lia'] as const;
const roles = ['LEGAL', 'EXECUTIVE_INCIDENT_MANAGER', 'INCIDENT_MANAGER'] as const;
const mostly = <T>(usual: T, ...unusual: T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...unusual) });

const command = fc.record({
  do: fc.constantFrom('approve', 'approve', 'approve', 'reject', 'renew', 'renew', 'release'),
  by: fc.constantFrom(...people),
  role: fc.constantFrom(...roles),
  reason: mostly('needed', '', ' '),
  reviewIn: mostly(12, 24, 25, 0, -3),
  isMet: mostly(false, true),
  /** Hours that pass before it. */
  wait: fc.integer({ min: 0, max: 15 }),
});
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

const story = fc.record({
  ground: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...HoldGround.options.slice(0, 2)) },
    fc.constantFrom(...HoldGround.options),
  ),
  others: mostly('others', ''),
  reviewIn: mostly(24, 25, -1),
  isMet: mostly(false, true),
  commands: fc.array(command, { minLength: 5, maxLength: 15, size: 'max' }),
});
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

/** A hold as the design has it (`domain.md` section 5, I-17), apart from the code. */
interface Model {
  readonly state: HoldState;
  readonly isExtreme: boolean;
  readonly given: Readonly<Record<string, string>>;
}

const lacking = (model: Model): readonly string[] =>
  ['LEGAL', 'EXECUTIVE_INCIDENT_MANAGER'].filter((role) => !(role in model.given));

/** Every code with which the command may be refused; if there is none, it must be accepted. */
function reasonsAgainst(model: Model, { do: what, by, role, reason, reviewIn, isMet }: Command): readonly string[] {
  const when = (holds: boolean, code: string) => (holds ? [code] : []);
  const wanted: HoldState = what === 'approve' || what === 'reject' ? 'PROPOSED' : 'ACTIVE';
  return [
    ...when(model.state !== wanted, 'HOLD_STATE_REFUSED'),
    ...when(reason.trim() === '', 'REASON_REQUIRED'),
    ...when(what === 'renew' && reviewIn > 24, 'REVIEW_TOO_FAR'),
    ...when(what === 'renew' && reviewIn <= 0, 'TIME_ORDER_INVALID'),
    ...when(
      what === 'approve' && (by === 'user:ima' || Object.values(model.given).includes(by)),
      'SAME_PERSON_REFUSED',
    ),
    ...when(what === 'approve' && !lacking(model).includes(role), 'WRONG_APPROVER'),
    ...when(what === 'approve' && isMet, 'NOTHING_TO_HOLD'),
  ];
}

function after(model: Model, { do: what, by, role }: Command): Model {
  const given = what === 'approve' ? { ...model.given, [role]: by } : model.given;
  const isEnough = Object.keys(given).length === (model.isExtreme ? 2 : 1);
  const next: Record<Command['do'], HoldState> = {
    approve: isEnough ? 'ACTIVE' : 'PROPOSED',
    reject: 'REJECTED',
    renew: 'ACTIVE',
    release: 'RELEASED',
  };
  return { ...model, given, state: next[what] };
}

function perform(hold: Hold, { do: what, by, role, reason, reviewIn, isMet }: Command, at: Date): HoldChange {
  const act = { ...adviser, by, role, reason, now: at };
  switch (what) {
    case 'approve':
      return approve(hold, [isMet ? aMet() : anObligation()], act);
    case 'reject':
      return reject(hold, act);
    case 'renew':
      return renew(hold, new Date(at.getTime() + reviewIn * hourMs), act);
    case 'release':
      return release(hold, act);
  }
}

/** What each step tells: why not by the design, what came of it, the hold before it, and the model after it. */
interface Step {
  readonly reasons: readonly string[];
  readonly outcome: string;
  readonly before: Hold | null;
  readonly change: HoldChange | null;
  readonly model: Model | null;
}

/** Places it; by whom the stories know. */
function begin({ ground, others, reviewIn, isMet }: Story): Step {
  const isExtreme = ground === 'EXTREME_CIRCUMSTANCES';
  const reasons = [
    ...(isExtreme || ground === 'RISK_TO_OTHER_CUSTOMERS' ? [] : ['HOLD_GROUND_NOT_ALLOWED']),
    ...(others === '' && !isExtreme ? ['AFFECTED_OTHERS_REQUIRED'] : []),
    ...(reviewIn > 24 ? ['REVIEW_TOO_FAR'] : []),
    ...(reviewIn < 0 ? ['TIME_ORDER_INVALID'] : []),
    ...(isMet ? ['NOTHING_TO_HOLD'] : []),
  ];
  const order = aHoldOrder({ ground, affectedOthers: others, reviewAt: inHours(reviewIn) });
  let change: HoldChange | null = null;
  const outcome = refusalOf(() => (change = place(order, [isMet ? aMet() : anObligation()], placer)));
  return { reasons, outcome, before: null, change, model: null };
}

/** What follows until the end; nothing if it was not placed. */
function play(tale: Story): readonly Step[] {
  const first = begin(tale);
  if (first.change === null) return [first];
  let hold = first.change.state;
  let model: Model = { state: 'PROPOSED', isExtreme: tale.ground === 'EXTREME_CIRCUMSTANCES', given: {} };
  let hours = 0;
  const steps = tale.commands.map((given): Step => {
    const before = hold;
    const reasons = reasonsAgainst(model, given);
    let change: HoldChange | null = null;
    hours += given.wait;
    const outcome = refusalOf(() => (change = perform(before, given, later(hours * hourMs, now))));
    const step: Step = { reasons, outcome, before, change, model };
    if (step.change === null) return step;
    hold = step.change.state;
    model = after(model, given);
    return { ...step, model };
  });
  return [first, ...steps];
}

const ofEveryStep = (holds: (step: Step) => void): void =>
  fc.assert(
    fc.property(story, (tale) => play(tale).forEach(holds)),
    settings,
  );

it('R-85 R-86 a command is accepted exactly if the design lists it, else refused for a reason that the design gives', () => {
  ofEveryStep(({ reasons, outcome }) => expect(reasons.length === 0 ? ['not refused'] : reasons).toContain(outcome));
});

it('I-17 whatever is commanded, a hold is active only with the approvals it needs, of people who did not place it', () => {
  ofEveryStep(({ change, model }) => {
    if (change === null || model === null) return;
    const { state, approvals, placedBy, ground } = change.state;
    expect(state).toBe(model.state);
    if (state !== 'ACTIVE' && state !== 'RELEASED') return;
    const approvers = new Set(approvals.map(({ principalId }) => principalId));
    expect(approvers.has(placedBy)).toBe(false);
    expect([approvers.size, new Set(approvals.map(({ role }) => role)).size]).toEqual(
      ground === 'EXTREME_CIRCUMSTANCES' ? [2, 2] : [1, 1],
    );
  });
});

it('I-1 every accepted command counts one version and one decision, and announces the state that it leads to', () => {
  ofEveryStep(({ before, change }) => {
    if (change === null) return;
    expect(change.state.version).toBe((before?.version ?? 0) + 1);
    expect(change.decisions).toHaveLength(1);
    for (const { event, data } of change.events) {
      event.data.parse(data);
      expect(data).toMatchObject({ state: change.state.state, reviewAt: change.state.reviewAt.toISOString() });
    }
    if (before?.state !== change.state.state) expect(change.events).toHaveLength(1);
  });
});

it('R-85 R-86 every refusal of holds is reached, and is in the catalogue', () => {
  const reached = new Set<string>();
  ofEveryStep(({ outcome }) => reached.add(outcome));
  reached.delete('not refused');
  const refusals = [
    'AFFECTED_OTHERS_REQUIRED',
    'HOLD_GROUND_NOT_ALLOWED',
    'HOLD_STATE_REFUSED',
    'NOTHING_TO_HOLD',
    'REASON_REQUIRED',
    'REVIEW_TOO_FAR',
    'SAME_PERSON_REFUSED',
    'TIME_ORDER_INVALID',
    'WRONG_APPROVER',
  ];
  expect([...reached].sort()).toEqual(refusals);
  expect(definedErrors().map(({ code }) => code)).toEqual(expect.arrayContaining(refusals));
});

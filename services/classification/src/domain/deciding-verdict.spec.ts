import { describe, expect, it } from '@jest/globals';
import { Art34Ground, Verdict, type ScopeStatus } from '@tocsin/contracts';
import { act, fresh, known, refusalOf } from '../testing/a-classification.ts';
import { everyRiskInputs, harmless } from '../testing/risk-inputs.ts';
import { assessmentOf, decidePersonalDataBreach } from './breach-assessment.ts';
import { decideVerdict, type VerdictOrder } from './deciding-verdict.ts';
import type { EnisaFacts } from './enisa.ts';
import { proposeVerdict, verdictPolicyVersion, type RiskInputs } from './verdict.ts';

const anOrder = (patch: Partial<VerdictOrder> = {}): VerdictOrder => ({
  actorRole: 'CONTROLLER',
  inputs: harmless,
  verdict: 'UNLIKELY',
  art34Ground: null,
  rationale: 'the recipient reported it and deleted it in writing',
  divergence: null,
  enisa: null,
  ...patch,
});
const decide = (patch: Partial<VerdictOrder>, from = fresh()) => decideVerdict(from, known(), anOrder(patch), act);
const deciding = (patch: Partial<VerdictOrder>, from = fresh()) => refusalOf(() => decide(patch, from));

/** DPC 1 x EI, in quarters. */
const enisa = (identifier: EnisaFacts['identifiers'][number], data: EnisaFacts['data'][number]): EnisaFacts => ({
  data: [data],
  identifiers: [identifier],
  confidentiality: 'NO_SIGN_OF_MISUSE',
  integrity: 'RESTORED',
  availability: 'RESTORED',
  malicious: false,
});
const low = enisa('FULL_NAME_COMMON', 'SIMPLE');
const medium = enisa('FULL_NAME_RARE', 'SENSITIVE');
const veryHigh = enisa('EMAIL_WITH_NAME', 'SENSITIVE');

describe('UNLIKELY', () => {
  it.each([null, '', '  '])('I-22 needs a rationale: %p is UNLIKELY_NEEDS_RATIONALE', (rationale) => {
    expect(deciding({ rationale })).toBe('UNLIKELY_NEEDS_RATIONALE');
  });

  it.each(['dataReadable', 'recipient', 'misusePotential', 'availabilityHarm', 'integrityHarm'] as const)(
    'I-22 with %s UNKNOWN is INPUT_UNKNOWN, even if a reason for diverging is given',
    (field) => {
      const inputs = { ...harmless, [field]: 'UNKNOWN' } as RiskInputs;
      expect(deciding({ inputs, divergence: 'I say so' })).toBe('INPUT_UNKNOWN');
    },
  );

  it('I-22 without the number of people is INPUT_UNKNOWN only where it decides', () => {
    const inputs = { ...harmless, subjects: null };
    const divergence = 'none of them was harmed';
    expect(deciding({ inputs })).toBe('not refused');
    expect(deciding({ inputs: { ...inputs, misusePotential: 'LIMITED' }, divergence })).toBe('INPUT_UNKNOWN');
  });
});

describe('a ground of article 34(3)', () => {
  const high: RiskInputs = { ...harmless, misusePotential: 'SERIOUS' };
  const unreadable: RiskInputs = { ...high, dataReadable: 'NO' };
  const divergence = 'the key may be guessed';

  it.each(Art34Ground.options)('I-23 %s is given only with HIGH_RISK', (art34Ground) => {
    for (const verdict of Verdict.options) {
      const order = { inputs: unreadable, verdict, art34Ground, divergence };
      expect(deciding(order)).toBe(verdict === 'HIGH_RISK' ? 'not refused' : 'ART34_GROUND_INVALID');
    }
  });

  it.each(['YES', 'UNKNOWN'] as const)('I-23 A needs the key safe: readable %s is refused', (dataReadable) => {
    const order = { inputs: { ...high, dataReadable }, verdict: 'HIGH_RISK' } as const;
    expect(deciding({ ...order, art34Ground: 'A' })).toBe('ART34_GROUND_INVALID');
    for (const art34Ground of ['B', 'C'] as const) expect(deciding({ ...order, art34Ground })).toBe('not refused');
  });

  it.each(['TRIVIAL', 'MINOR', 'SERIOUS', 'UNKNOWN'] as const)(
    'I-23 A never answers an availability breach: harm %s is refused',
    (availabilityHarm) => {
      const inputs = { ...unreadable, availabilityHarm };
      const order = { inputs, verdict: 'HIGH_RISK', divergence } as const;
      expect(deciding({ ...order, art34Ground: 'A' })).toBe('ART34_GROUND_INVALID');
      expect(deciding({ ...order, art34Ground: 'B' })).toBe('not refused');
    },
  );

  it('I-23 A never answers what was decided to be an availability breach of this part', () => {
    const breach = { value: 'YES', breachTypes: ['CONFIDENTIALITY', 'AVAILABILITY'] } as const;
    const order = { inputs: unreadable, verdict: 'HIGH_RISK', art34Ground: 'A', divergence } as const;
    const of = (actorRole: 'CONTROLLER' | 'PROCESSOR') =>
      deciding(order, decidePersonalDataBreach(fresh(), { actorRole, ...breach }, act).state);
    expect(of('CONTROLLER')).toBe('ART34_GROUND_INVALID');
    expect(of('PROCESSOR')).toBe('not refused');
  });
});

describe('divergence', () => {
  it('I-22 from the proposal needs a text', () => {
    const holds = everyRiskInputs.flatMap((inputs) =>
      (['RISK', 'HIGH_RISK'] as const).map((verdict) => {
        const expected = proposeVerdict(inputs).verdict === verdict ? 'not refused' : 'DIVERGENCE_TEXT_REQUIRED';
        const withText = deciding({ inputs, verdict, divergence: 'because' });
        return deciding({ inputs, verdict }) === expected && withText === 'not refused';
      }),
    );
    expect([holds.length, holds.every(Boolean)]).toEqual([12_000, true]);
  });

  it.each([
    ['LOW', low, 'UNLIKELY', { ...harmless }],
    ['MEDIUM', medium, 'RISK', { ...harmless, misusePotential: 'LIMITED' }],
    ['VERY_HIGH', veryHigh, 'HIGH_RISK', { ...harmless, misusePotential: 'SERIOUS' }],
  ] as const)('I-22 from the score needs a text too: %s suggests %s', (_, facts, verdict, inputs) => {
    for (const scored of [low, medium, veryHigh]) {
      const expected = scored === facts ? 'not refused' : 'DIVERGENCE_TEXT_REQUIRED';
      expect(deciding({ inputs, verdict, enisa: scored })).toBe(expected);
      expect(deciding({ inputs, verdict, enisa: scored, divergence: 'the score knows no context' })).toBe(
        'not refused',
      );
    }
  });

  it('I-22 a blank text is none', () => {
    expect(deciding({ verdict: 'RISK', divergence: ' ' })).toBe('DIVERGENCE_TEXT_REQUIRED');
  });
});

describe('a verdict', () => {
  it('I-22 keeps the proposal and the score beside what was decided, under the version of the rules', () => {
    const { state, events, decisions } = decide({
      verdict: 'HIGH_RISK',
      art34Ground: 'C',
      divergence: 'many',
      enisa: low,
    });
    expect(events).toMatchObject([
      {
        event: { name: 'RiskVerdictDecided' },
        data: { actorRole: 'CONTROLLER', verdict: 'HIGH_RISK', art34Ground: 'C' },
      },
    ]);
    const value = {
      actorRole: 'CONTROLLER',
      verdict: 'HIGH_RISK',
      proposal: { verdict: 'UNLIKELY', misuse: 0, continuity: 0 },
      enisa: { quarters: 1, band: 'LOW' },
      divergence: 'many',
    };
    expect(decisions).toMatchObject([{ kind: 'verdict', value, policyVersion: verdictPolicyVersion }]);
    const { judgement } = assessmentOf(state, 'CONTROLLER');
    expect(judgement).toMatchObject({
      verdict: 'HIGH_RISK',
      proposal: { verdict: 'UNLIKELY' },
      enisa: { band: 'LOW' },
    });
  });

  it('leaves the texts to the history: no event and no state holds them', () => {
    const { state, events } = decide({ rationale: 'canary-1', divergence: 'canary-2' });
    expect(JSON.stringify([state, events])).not.toContain('canary');
  });

  it('remembers what it leaned on: cycle, people in the scopes not ruled out, risk to customer data', () => {
    const scope = (tenantId: string, status: ScopeStatus, subjects?: number) => ({
      ...{ tenantId, subscriptionIds: [], status, dataCategories: [], flowLogRefs: [] },
      ...(subjects !== undefined && { subjects }),
    });
    const scopes = [
      scope('x', 'LIKELY', 7_000),
      scope('y', 'RULED_OUT', 90_000),
      scope('z', 'SUSPECTED'),
      scope('w', 'UNKNOWN', 5),
    ];
    const { state } = decideVerdict({ ...fresh(), scopes }, known({ cycle: 3 }), anOrder(), act);
    expect(assessmentOf(state, 'CONTROLLER').judgement?.circumstances).toEqual({
      cycle: 3,
      subjects: 7_005,
      customerDataRisk: 'NONE',
    });
  });

  it('anew replaces the last of the same part, and keeps whether there is a breach', () => {
    const breach = { actorRole: 'CONTROLLER', value: 'YES', breachTypes: ['INTEGRITY'] } as const;
    const first = decide({ actorRole: 'PROCESSOR' }, decidePersonalDataBreach(fresh(), breach, act).state).state;
    const { state } = decide({ verdict: 'RISK', divergence: 'x' }, decide({}, first).state);
    expect(state.breachAssessments).toMatchObject([
      { actorRole: 'PROCESSOR', judgement: { verdict: 'UNLIKELY' } },
      { actorRole: 'CONTROLLER', isPersonalDataBreach: 'YES', judgement: { verdict: 'RISK' } },
    ]);
  });
});

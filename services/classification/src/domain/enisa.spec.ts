import { describe, expect, it } from '@jest/globals';
import { EnisaFacts, scoreEnisa, type EnisaScore } from './enisa.ts';
import { RiskInputs } from './verdict.ts';

const inputs = RiskInputs.parse({
  dataReadable: 'YES',
  recipient: 'MALICIOUS',
  misusePotential: 'LIMITED',
  availabilityHarm: 'NONE',
  integrityHarm: 'NONE',
  subjects: 100,
});
const nothingHappened: EnisaFacts = {
  data: ['SIMPLE'],
  identifiers: ['FULL_NAME_COMMON'],
  confidentiality: 'NO_SIGN_OF_MISUSE',
  integrity: 'RESTORED',
  availability: 'RESTORED',
  malicious: false,
};
const score = (facts: Partial<EnisaFacts>, patch: Partial<RiskInputs> = {}): EnisaScore =>
  scoreEnisa({ ...nothingHappened, ...facts }, { ...inputs, ...patch });

/* The numbers once more, as `domain.md` section 11 prints them: base and what is added or taken off; quarters. */
const contexts = {
  SIMPLE: ['SIMPLE', 'SIMPLE_PROFILE_OR_FINANCES', 'SIMPLE_SENSITIVE_INFERENCE', 'SIMPLE_SAFETY_OR_MINORS'],
  BEHAVIOURAL: ['BEHAVIOURAL', 'BEHAVIOURAL_NO_INSIGHT', 'BEHAVIOURAL_PROFILE', 'BEHAVIOURAL_SENSITIVE_PROFILE'],
  FINANCIAL: ['FINANCIAL', 'FINANCIAL_NO_INSIGHT', 'FINANCIAL_SOME_INSIGHT', 'FINANCIAL_ENABLES_FRAUD'],
  SENSITIVE: ['SENSITIVE', 'SENSITIVE_NO_INSIGHT_OR_PUBLIC', 'SENSITIVE_GENERAL', 'SENSITIVE_ASSUMPTIONS'],
} as const;
const dpc = { SIMPLE: [1, 2, 3, 4], BEHAVIOURAL: [2, 1, 3, 4], FINANCIAL: [3, 1, 2, 4], SENSITIVE: [4, 1, 2, 3] };

describe('the score', () => {
  it.each(Object.keys(contexts) as (keyof typeof contexts)[])('scores %s data by the table', (kind) => {
    expect(contexts[kind].map((data) => score({ data: [data] }).context)).toEqual(dpc[kind]);
  });

  it.each([
    [
      1,
      'FULL_NAME_COMMON ID_NUMBER_ALONE PHONE_OR_ADDRESS_UNLISTED EMAIL_WITHOUT_NAME PICTURE_UNCLEAR ALIAS_UNLINKABLE',
    ],
    [2, 'FULL_NAME_RARE PHONE_OR_ADDRESS_IN_SMALL_TOWN PICTURE_WITH_PLACE'],
    [
      3,
      'FULL_NAME_RARE_IN_SMALL_CITY ID_NUMBER_REVEALING_BIRTH_DATE EMAIL_SEARCHABLE PICTURE_CLEAR ALIAS_REVEALING_SOME',
    ],
    [
      4,
      'FULL_NAME_WITH_BIRTH_DATE_AND_EMAIL ID_NUMBER_WITH_NAME PHONE_OR_ADDRESS_PUBLIC EMAIL_WITH_NAME PICTURE_LINKED ALIAS_REVEALING_NAME',
    ],
  ])('counts %i quarters for %s', (quarters, names) => {
    const listed = EnisaFacts.shape.identifiers.parse(names.split(' '));
    for (const identifier of listed) expect(score({ identifiers: [identifier] }).identification).toBe(quarters);
  });

  it('names 16 kinds of data and 20 identifiers, and no more', () => {
    const { data, identifiers } = EnisaFacts.shape;
    expect([data.element.options.length, identifiers.element.options.length]).toEqual([16, 20]);
  });

  it('takes the most delicate kind and the easiest identifier, in whatever order', () => {
    const facts = {
      data: ['SIMPLE', 'FINANCIAL', 'BEHAVIOURAL'],
      identifiers: ['EMAIL_WITH_NAME', 'PICTURE_CLEAR'],
    } as const;
    const reversed = { data: facts.data.toReversed(), identifiers: facts.identifiers.toReversed() };
    for (const lists of [{ data: [...facts.data], identifiers: [...facts.identifiers] }, reversed])
      expect(score(lists)).toMatchObject({ context: 3, identification: 4, quarters: 12 });
  });

  it.each<[string, Partial<EnisaFacts>, number]>([
    ['nothing', {}, 0],
    ['known recipients', { confidentiality: 'KNOWN_RECIPIENTS' }, 1],
    ['unknown recipients', { confidentiality: 'UNKNOWN_RECIPIENTS' }, 2],
    ['what can be put right', { integrity: 'RECOVERABLE' }, 1],
    ['what cannot', { integrity: 'NOT_RECOVERABLE' }, 2],
    ['what is gone for a while', { availability: 'TEMPORARY' }, 1],
    ['what is gone for good', { availability: 'PERMANENT' }, 2],
    ['malice', { malicious: true }, 2],
    [
      'all of it',
      {
        confidentiality: 'UNKNOWN_RECIPIENTS',
        integrity: 'NOT_RECOVERABLE',
        availability: 'PERMANENT',
        malicious: true,
      },
      8,
    ],
  ])('adds the circumstances: %s', (_, facts, circumstances) => {
    expect(score(facts)).toMatchObject({ circumstances, quarters: 1 + circumstances });
  });

  it.each([
    [7, 'LOW', { data: ['FINANCIAL'], identifiers: ['FULL_NAME_RARE'], confidentiality: 'KNOWN_RECIPIENTS' }],
    [8, 'MEDIUM', { data: ['SENSITIVE'], identifiers: ['FULL_NAME_RARE'] }],
    [11, 'MEDIUM', { data: ['FINANCIAL'], identifiers: ['PICTURE_CLEAR'], malicious: true }],
    [12, 'HIGH', { data: ['FINANCIAL'], identifiers: ['EMAIL_WITH_NAME'] }],
    [15, 'HIGH', { data: ['SENSITIVE'], identifiers: ['PICTURE_CLEAR'], malicious: true, integrity: 'RECOVERABLE' }],
    [16, 'VERY_HIGH', { data: ['SENSITIVE'], identifiers: ['EMAIL_WITH_NAME'] }],
  ] as const)('of %i quarters is %s', (quarters, band, facts) => {
    const lists = { data: [...facts.data], identifiers: [...facts.identifiers] };
    expect(score({ ...facts, ...lists })).toMatchObject({ quarters, band });
  });

  it.each([
    [100, 'YES', false, false],
    [101, 'YES', true, false],
    [null, 'UNKNOWN', false, false],
    [5, 'NO', false, true],
  ] as const)('stands beside its flags: %p people, readable %s', (subjects, dataReadable, over, unintelligible) => {
    const flagged = score({}, { subjects, dataReadable });
    expect(flagged).toMatchObject({ overHundredPeople: over, unintelligible, quarters: 1 });
  });
});

describe('the worked cases by our scoring', () => {
  const taken = { confidentiality: 'UNKNOWN_RECIPIENTS', malicious: true } as const;

  it('case 5, job applications, is only 2.00: MEDIUM, though the people had to be told', () => {
    const facts = { ...taken, identifiers: ['FULL_NAME_WITH_BIRTH_DATE_AND_EMAIL' as const] };
    expect(score(facts, { subjects: 213 })).toMatchObject({ quarters: 8, band: 'MEDIUM', overHundredPeople: true });
  });

  it('case 11, a notebook of 100,000 customers, is only 1.75: LOW, though the people had to be told', () => {
    const facts = { ...taken, identifiers: ['FULL_NAME_RARE_IN_SMALL_CITY' as const] };
    expect(score(facts, { subjects: 100_000 })).toMatchObject({ quarters: 7, band: 'LOW', overHundredPeople: true });
  });
});

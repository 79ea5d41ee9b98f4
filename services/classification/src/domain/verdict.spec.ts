import { describe, expect, it } from '@jest/globals';
import { harmless } from '../testing/risk-inputs.ts';
import { proposeVerdict, RiskInputs } from './verdict.ts';

const noHarm = ['The loss of availability does no harm.', 'The loss of integrity does no harm.'];

type Row = [string, Partial<RiskInputs>, 0 | 1 | 2, ...string[]];
const misuseRows: Row[] = [
  [
    'data nobody can read',
    { dataReadable: 'NO', misusePotential: 'SERIOUS' },
    0,
    'Nobody who holds the data can read it.',
  ],
  [
    'a trusted recipient who deleted it',
    { recipient: 'TRUSTED_DELETED', misusePotential: 'LIMITED', subjects: 50_000 },
    0,
    'A trusted recipient deleted the data, and no serious misuse was possible.',
  ],
  [
    'serious misuse even by a trusted recipient',
    { recipient: 'TRUSTED_DELETED', misusePotential: 'SERIOUS' },
    2,
    'Serious misuse is possible.',
  ],
  [
    'a trusted recipient of nobody knows what',
    { recipient: 'TRUSTED_DELETED', misusePotential: 'UNKNOWN' },
    1,
    'What the data could be misused for is unknown: that is a risk at least.',
  ],
  ['limited misuse', { misusePotential: 'LIMITED', subjects: 9_999 }, 1, 'Limited misuse is possible.'],
  [
    'limited misuse of many',
    { misusePotential: 'LIMITED', subjects: 10_000 },
    2,
    'Limited misuse is possible, of the data of 10000 people or more.',
  ],
  [
    'limited misuse of nobody knows how many',
    { misusePotential: 'LIMITED', subjects: null },
    1,
    'Limited misuse is possible; how many people is unknown, and from 10000 the risk is high.',
  ],
  [
    'trivial misuse by a harmless recipient',
    { misusePotential: 'TRIVIAL', recipient: 'HARMLESS' },
    0,
    'Only trivial misuse is possible, and the recipient is harmless.',
  ],
  [
    'trivial misuse by a malicious recipient',
    { misusePotential: 'TRIVIAL' },
    1,
    'Trivial misuse is possible, by a malicious recipient.',
  ],
  [
    'trivial misuse by nobody knows whom',
    { misusePotential: 'TRIVIAL', recipient: 'UNKNOWN' },
    1,
    'Trivial misuse is possible, by a malicious recipient.',
    'The recipient is unknown: it counts as malicious.',
  ],
  [
    'data that nobody knows to be readable',
    { dataReadable: 'UNKNOWN', misusePotential: 'LIMITED' },
    1,
    'Limited misuse is possible.',
    'Whether the data can be read is unknown: it counts as readable.',
  ],
  ['data of no use', {}, 0, 'The data cannot be misused.'],
];

describe('the axis of misuse', () => {
  it.each(misuseRows)('is judged by one rule and says why: %s', (_, patch, misuse, ...reasons) => {
    const proposal = proposeVerdict({ ...harmless, ...patch });
    expect(proposal).toEqual({
      verdict: ['UNLIKELY', 'RISK', 'HIGH_RISK'][misuse],
      misuse,
      continuity: 0,
      reasons: [...reasons, ...noHarm],
    });
  });
});

describe('the axis of continuity', () => {
  it.each([
    ['NONE', 0, 'does no harm'],
    ['TRIVIAL', 0, 'does trivial harm'],
    ['MINOR', 1, 'does minor harm'],
    ['SERIOUS', 2, 'does serious harm'],
    ['UNKNOWN', 1, 'does unknown harm: that is a risk at least'],
  ] as const)('is that of the worse loss: %s', (harm, continuity, words) => {
    for (const loss of ['availability', 'integrity']) {
      const proposal = proposeVerdict({ ...harmless, [`${loss}Harm`]: harm });
      expect(proposal.continuity).toBe(continuity);
      expect(proposal.reasons).toContain(`The loss of ${loss} ${words}.`);
    }
  });
});

/* EDPB Guidelines 01/2021, version 2.0: the number of the case, and no more of its facts than are judged here. */
const workedCases: [number, Partial<RiskInputs>, 'nobody' | 'authority and people'][] = [
  [1, { dataReadable: 'NO', availabilityHarm: 'TRIVIAL', subjects: 36 }, 'nobody'],
  [3, { dataReadable: 'NO', availabilityHarm: 'SERIOUS', subjects: 5_000 }, 'authority and people'],
  [5, { misusePotential: 'SERIOUS', subjects: 213 }, 'authority and people'],
  [7, { misusePotential: 'SERIOUS', subjects: 100_000 }, 'authority and people'],
  [9, { recipient: 'TRUSTED_DELETED', misusePotential: 'LIMITED', subjects: 24 }, 'nobody'],
  [11, { misusePotential: 'LIMITED', availabilityHarm: 'TRIVIAL', subjects: 100_000 }, 'authority and people'],
  [13, { recipient: 'HARMLESS', misusePotential: 'TRIVIAL', subjects: 2 }, 'nobody'],
  [15, { recipient: 'HARMLESS', misusePotential: 'TRIVIAL', subjects: 15 }, 'nobody'],
  [17, { misusePotential: 'SERIOUS', subjects: 1 }, 'authority and people'],
];

describe('the worked cases of the EDPB', () => {
  it.each(workedCases)('I-23 no. %i is proposed as it was published: %j is told to %s', (_, facts, told) => {
    const { verdict } = proposeVerdict({ ...harmless, ...facts });
    expect(verdict).toBe(told === 'nobody' ? 'UNLIKELY' : 'HIGH_RISK');
  });
});

describe('the inputs', () => {
  it.each([-1, 1.5])('are refused with %d people', (subjects) => {
    expect(RiskInputs.safeParse({ ...harmless, subjects }).success).toBe(false);
  });

  it('need no number of people', () => {
    const { subjects: _, ...others } = harmless;
    expect(RiskInputs.parse(others)).toEqual({ ...harmless, subjects: null });
  });
});

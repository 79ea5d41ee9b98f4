import { describe, expect, it } from '@jest/globals';
import { everyRiskInputs as all } from '../testing/risk-inputs.ts';
import { proposeVerdict, type RiskInputs } from './verdict.ts';

/** From the mildest to the worst; UNKNOWN is beside them. */
const scales = {
  dataReadable: ['NO', 'YES'],
  recipient: ['TRUSTED_DELETED', 'HARMLESS', 'MALICIOUS'],
  misusePotential: ['NONE', 'TRIVIAL', 'LIMITED', 'SERIOUS'],
  availabilityHarm: ['NONE', 'TRIVIAL', 'MINOR', 'SERIOUS'],
  integrityHarm: ['NONE', 'TRIVIAL', 'MINOR', 'SERIOUS'],
  subjects: [0, 9_999, 10_000],
} as const;
const fields = Object.keys(scales) as (keyof typeof scales)[];
const isUnknown = (value: unknown): boolean => value === 'UNKNOWN' || value === null;

const levelOf = (inputs: RiskInputs): number =>
  ['UNLIKELY', 'RISK', 'HIGH_RISK'].indexOf(proposeVerdict(inputs).verdict);

/** The levels with this field at each of its known values, mildest first, everything else as it is. */
const levelsAlong = (inputs: RiskInputs, field: keyof typeof scales): number[] =>
  scales[field].map((value) => levelOf({ ...inputs, [field]: value }));

/** The combinations that break a rule; only a few, so that a failure stays readable. */
const breaking = (holds: (inputs: RiskInputs) => boolean): RiskInputs[] =>
  all.filter((inputs) => !holds(inputs)).slice(0, 3);

describe('of all 6,000 combinations', () => {
  it('there is a verdict for each: that of the worse axis, with a reason', () => {
    expect(all).toHaveLength(6_000);
    const holds = (inputs: RiskInputs) => {
      const { misuse, continuity, reasons } = proposeVerdict(inputs);
      return levelOf(inputs) === Math.max(misuse, continuity) && reasons.length >= 2;
    };
    expect(breaking(holds)).toEqual([]);
  });

  it('no worse answer ever lowers the verdict', () => {
    const rises = (levels: number[]) => levels.every((level, n) => n === 0 || level >= (levels[n - 1] ?? 0));
    expect(breaking((inputs) => fields.every((field) => rises(levelsAlong(inputs, field))))).toEqual([]);
  });

  // Not "an UNKNOWN is the worst": what it turns out to be may still raise RISK to HIGH_RISK.
  it('I-22 an UNKNOWN is never UNLIKELY if a known answer in its place would be a risk', () => {
    const holds = (inputs: RiskInputs) =>
      fields
        .filter((field) => isUnknown(inputs[field]))
        .every((field) => Math.min(1, Math.max(...levelsAlong(inputs, field))) <= levelOf(inputs));
    expect(breaking(holds)).toEqual([]);
  });

  it('an UNKNOWN is between the mildest and the worst known answer in its place', () => {
    const holds = (inputs: RiskInputs) =>
      fields
        .filter((field) => isUnknown(inputs[field]))
        .every((field) => {
          const levels = levelsAlong(inputs, field);
          return levelOf(inputs) >= Math.min(...levels) && levelOf(inputs) <= Math.max(...levels);
        });
    expect(breaking(holds)).toEqual([]);
  });

  it('an UNKNOWN counts as readable, and as malicious', () => {
    for (const [field, value] of [
      ['dataReadable', 'YES'],
      ['recipient', 'MALICIOUS'],
    ] as const) {
      const holds = (inputs: RiskInputs) =>
        levelOf({ ...inputs, [field]: 'UNKNOWN' }) === levelOf({ ...inputs, [field]: value });
      expect(breaking(holds)).toEqual([]);
    }
  });

  it('I-22 UNLIKELY names every UNKNOWN that must be known before it is decided', () => {
    const holds = (inputs: RiskInputs) => {
      const { verdict, reasons } = proposeVerdict(inputs);
      const open = fields.filter((field) => inputs[field] === 'UNKNOWN');
      const named = open.filter((field) => reasons.some((reason) => reason.includes(`depend on ${field},`)));
      return named.length === (verdict === 'UNLIKELY' ? open.length : 0);
    };
    expect(breaking(holds)).toEqual([]);
  });
});

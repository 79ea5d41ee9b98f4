import { describe, expect, it } from '@jest/globals';
import { CustomerDataRisk, FunctionalImpact, InformationImpact, Recoverability } from '@tocsin/contracts';
import { refusalOf } from '../testing/a-classification.ts';
import { rate, reasonsFor, type Impacts } from './severity.ts';

const none: Impacts = {
  functional: 'NONE',
  information: ['NONE'],
  recoverability: 'REGULAR',
  customerDataRisk: 'NONE',
};

/** Severity and priority, one string for each recoverability in its order. */
const table: [FunctionalImpact, InformationImpact, string, string, string, string][] = [
  ['NONE', 'NONE', 'LOW P4', 'LOW P4', 'LOW P3', 'MEDIUM P2'],
  ['LOW', 'NONE', 'MEDIUM P3', 'MEDIUM P3', 'MEDIUM P2', 'HIGH P1'],
  ['MEDIUM', 'NONE', 'HIGH P2', 'HIGH P2', 'HIGH P1', 'CRITICAL P1'],
  ['HIGH', 'NONE', 'CRITICAL P1', 'CRITICAL P1', 'CRITICAL P1', 'CRITICAL P1'],
  ['NONE', 'PRIVACY_BREACH', 'HIGH P2', 'HIGH P2', 'HIGH P1', 'CRITICAL P1'],
  ['LOW', 'PROPRIETARY_BREACH', 'HIGH P2', 'HIGH P2', 'HIGH P1', 'CRITICAL P1'],
  ['MEDIUM', 'INTEGRITY_LOSS', 'HIGH P2', 'HIGH P2', 'HIGH P1', 'CRITICAL P1'],
  ['HIGH', 'INTEGRITY_LOSS', 'CRITICAL P1', 'CRITICAL P1', 'CRITICAL P1', 'CRITICAL P1'],
];

describe('R-40 severity and priority follow from the impacts', () => {
  it.each(table)('functional %s, information %s', (functional, information, ...expected) => {
    const rated = Recoverability.options.map((recoverability) => {
      const { severity, priority } = rate({ ...none, functional, information: [information], recoverability });
      return `${severity} ${priority}`;
    });
    expect(rated).toEqual(expected);
  });

  it('changing one impact recomputes both', () => {
    expect(rate(none)).toEqual({ severity: 'LOW', priority: 'P4' });
    expect(rate({ ...none, functional: 'HIGH' })).toEqual({ severity: 'CRITICAL', priority: 'P1' });
  });
});

describe('R-42 a risk to customer data', () => {
  it.each([
    ['NONE', 'LOW P4'],
    ['POSSIBLE', 'LOW P4'],
    ['IMMINENT', 'HIGH P2'],
    ['CONFIRMED', 'HIGH P2'],
  ] as const)('that is %s, with no other impact: %s', (customerDataRisk, expected) => {
    const { severity, priority } = rate({ ...none, customerDataRisk });
    expect(`${severity} ${priority}`).toBe(expected);
  });

  it('I-11 IMMINENT or CONFIRMED is HIGH or more whatever else is rated, and lowers nothing', () => {
    for (const functional of FunctionalImpact.options)
      for (const information of InformationImpact.options)
        for (const recoverability of Recoverability.options)
          for (const customerDataRisk of CustomerDataRisk.options) {
            const impacts = { functional, information: [information], recoverability, customerDataRisk };
            const { severity } = rate(impacts);
            const without = rate({ ...impacts, customerDataRisk: 'NONE' }).severity;
            const atRisk = customerDataRisk === 'IMMINENT' || customerDataRisk === 'CONFIRMED';
            const isLow = without === 'LOW' || without === 'MEDIUM';
            expect(severity).toBe(atRisk && isLow ? 'HIGH' : without);
          }
  });
});

describe('R-43 information impacts', () => {
  it('are a set', () => {
    expect(rate({ ...none, information: ['PRIVACY_BREACH', 'INTEGRITY_LOSS'] }).severity).toBe('HIGH');
  });

  it.each(InformationImpact.options.filter((impact) => impact !== 'NONE'))('NONE excludes %s', (impact) => {
    for (const information of [['NONE', impact] as const, [impact, 'NONE'] as const])
      expect(refusalOf(() => rate({ ...none, information }))).toBe('IMPACT_NONE_EXCLUSIVE');
  });
});

describe('R-40 the reasons', () => {
  it.each<[Partial<Impacts>, ...string[]]>([
    [{}, 'Neither function nor information is impaired: severity starts at LOW.'],
    [{ functional: 'MEDIUM' }, 'Functional impact MEDIUM makes severity HIGH.'],
    [{ functional: 'LOW', information: ['PRIVACY_BREACH'] }, 'An impact on information makes severity HIGH.'],
    [
      { functional: 'MEDIUM', information: ['PRIVACY_BREACH'] },
      'Functional impact MEDIUM makes severity HIGH.',
      'An impact on information makes severity HIGH.',
    ],
    [
      { functional: 'LOW', recoverability: 'NOT_RECOVERABLE' },
      'Functional impact LOW makes severity MEDIUM.',
      'Recovery is not possible: that raises severity to HIGH.',
      'Recovery is NOT_RECOVERABLE: priority is one step higher.',
    ],
    [
      { functional: 'LOW', recoverability: 'EXTENDED', customerDataRisk: 'IMMINENT' },
      'Functional impact LOW makes severity MEDIUM.',
      'The risk to customer data is IMMINENT: severity is never below HIGH.',
      'Recovery is EXTENDED: priority is one step higher.',
    ],
    [
      { functional: 'HIGH', recoverability: 'NOT_RECOVERABLE', customerDataRisk: 'CONFIRMED' },
      'Functional impact HIGH makes severity CRITICAL.',
    ],
  ])('name the steps that changed something, and no others: %j', (patch, ...reasons) => {
    expect(reasonsFor({ ...none, ...patch })).toEqual(reasons);
  });

  it('R-43 are refused as the rating is', () => {
    const information = ['NONE', 'PRIVACY_BREACH'] as const;
    expect(refusalOf(() => reasonsFor({ ...none, information }))).toBe('IMPACT_NONE_EXCLUSIVE');
  });
});

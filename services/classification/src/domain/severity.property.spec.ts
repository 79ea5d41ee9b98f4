import { describe, expect, it } from '@jest/globals';
import { CustomerDataRisk, FunctionalImpact, Priority, Recoverability, Severity } from '@tocsin/contracts';
import fc from 'fast-check';
import { act, fresh, refusalOf } from '../testing/a-classification.ts';
import { impacts, rateable } from '../testing/classification-stories.ts';
import { assess } from './classification.ts';
import { rate, type Impacts } from './severity.ts';

/* A fixed seed. Many runs: an information impact often hides the functional one. */
const settings = { seed: 20_261_122, numRuns: 1_500 };

describe('rating', () => {
  /** As numbers, the gravest the highest. */
  const gravity = (rated: Impacts) => {
    const { severity, priority } = rate(rated);
    return { severity: Severity.options.indexOf(severity), priority: -Priority.options.indexOf(priority) };
  };
  const raised = <T>(options: readonly T[]) => fc.tuple(fc.nat(options.length - 1), fc.nat(options.length - 1));
  const ordered = <T>(options: readonly T[]) =>
    raised(options).map(([a, b]) => [options[Math.min(a, b)] as T, options[Math.max(a, b)] as T] as const);

  it.each([
    ['functional', FunctionalImpact.options],
    ['recoverability', Recoverability.options],
    ['customerDataRisk', CustomerDataRisk.options],
    ['information', [['NONE'], ['INTEGRITY_LOSS'], ['INTEGRITY_LOSS', 'PRIVACY_BREACH']]],
  ] as const)('R-40 I-12 a graver %s lowers neither severity nor priority', (impact, options) => {
    const holds = (other: Impacts, [less, more]: readonly [unknown, unknown]) => {
      const [low, high] = [gravity({ ...other, [impact]: less }), gravity({ ...other, [impact]: more })];
      expect(high.severity).toBeGreaterThanOrEqual(low.severity);
      expect(high.priority).toBeGreaterThanOrEqual(low.priority);
    };
    fc.assert(fc.property(rateable, ordered<unknown>(options), holds), settings);
  });

  it('I-11 a risk that is IMMINENT or CONFIRMED is at least HIGH, and only such a risk begins work round the clock', () => {
    const holds = (rated: Impacts) => {
      const isAtRisk = ['IMMINENT', 'CONFIRMED'].includes(rated.customerDataRisk);
      const { events, state } = assess(fresh(), rated, act);
      expect(events[0]?.data).toMatchObject({ roundTheClock: isAtRisk });
      if (isAtRisk) expect(['HIGH', 'CRITICAL']).toContain(state.assessment?.severity);
    };
    fc.assert(fc.property(rateable, holds), settings);
  });

  it('R-43 I-13 information impacts are a set, of which NONE excludes every other', () => {
    const holds = (rated: Impacts) => {
      const isMixed = rated.information.includes('NONE') && rated.information.length > 1;
      expect(refusalOf(() => rate(rated))).toBe(isMixed ? 'IMPACT_NONE_EXCLUSIVE' : 'not refused');
    };
    fc.assert(fc.property(impacts, holds), settings);
  });
});

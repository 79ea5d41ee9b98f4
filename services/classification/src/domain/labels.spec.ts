import { describe, expect, it } from '@jest/globals';
import { Crspi, type Domain, type Level } from '@tocsin/contracts';
import { labelsOf } from './labels.ts';

const notDeclared = Crspi.options.filter((crspi) => crspi !== 'DECLARED');
const security: readonly Domain[] = ['SECURITY'];
const both: readonly Domain[] = ['SECURITY', 'PRIVACY'];

/** Table 2.1 of the requirements, row by row: level, domains, crspi, label A, label B. */
const table: [Level, readonly Domain[], readonly Crspi[], string | undefined, string | undefined][] = [
  ['UNCLASSIFIED', [], ['NOT_CONSIDERED'], undefined, undefined],
  ['FALSE_POSITIVE', [], notDeclared, 'False positive', 'False Positive'],
  ['EVENT', security, notDeclared, 'Security event', undefined],
  ['EVENT', both, notDeclared, 'Privacy Event', undefined],
  ['INCIDENT', security, notDeclared, undefined, 'Security Incident'],
  ['INCIDENT', security, ['DECLARED'], 'Security Incident/CRSPI', 'CRSPI'],
  ['INCIDENT', both, notDeclared, undefined, 'Privacy Breach'],
  ['INCIDENT', both, ['DECLARED'], 'Privacy Incident/CRSPI', 'Privacy Breach + CRSPI'],
];

describe('R-45 the two pages’ own labels', () => {
  it.each(table)('%s %j %j: %s, %s', (level, domains, states, labelA, labelB) => {
    for (const crspi of states) {
      const labels = labelsOf({ level, domains, crspi });
      expect([labels.labelA, labels.labelB]).toEqual([labelA, labelB]);
    }
  });
});

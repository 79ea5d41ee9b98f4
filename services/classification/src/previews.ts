import { mustBeAllowed, type Principal } from '@tocsin/access';
import type { z } from 'zod';
import { ImpactsInput } from './classifications.ts';
import { rate, reasonsFor, type Rating } from './domain/severity.ts';
import { proposeVerdict, RiskInputs, type Proposal } from './domain/verdict.ts';

/* What a decision would come to, for a form that is still being filled in: of no incident, and nothing is saved. */

export function previewVerdict(by: Principal, input: z.input<typeof RiskInputs>): Proposal {
  mustBeAllowed(by, 'read:verdictPreview');
  return proposeVerdict(RiskInputs.parse(input));
}

export function previewSeverity(
  by: Principal,
  input: z.input<typeof ImpactsInput>,
): Rating & { readonly reasons: readonly string[] } {
  mustBeAllowed(by, 'read:severityPreview');
  const impacts = ImpactsInput.parse(input);
  return { ...rate(impacts), reasons: reasonsFor(impacts) };
}

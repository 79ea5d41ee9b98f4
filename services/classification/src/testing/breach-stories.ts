import { ActorRole, Art34Ground, BreachAnswer, BreachType, Verdict } from '@tocsin/contracts';
import fc from 'fast-check';
import type { VerdictOrder } from '../domain/deciding-verdict.ts';
import { EnisaFacts } from '../domain/enisa.ts';
import { known } from './a-classification.ts';
import type { BreachCommand } from './breach-rules.ts';
import { everyRiskInputs, harmless } from './risk-inputs.ts';

/* Stories for the properties: what is decided about a breach, in one of two parts. */

const one = <const T>(value: T) => fc.constant(value);
const actorRole = fc.constantFrom(...ActorRole.options.slice(0, 2));
const text = fc.constantFrom('because', 'because', 'because', ' ', null);

const incident = fc
  .record({
    detectedAt: fc.constantFrom(new Date('2026-11-19T09:00:00Z'), null),
    cycle: fc.integer({ min: 1, max: 3 }),
  })
  .map(known);

const { data, identifiers, confidentiality, integrity, availability } = EnisaFacts.shape;
const enisa: fc.Arbitrary<EnisaFacts> = fc.record({
  data: fc.uniqueArray(fc.constantFrom(...data.element.options), { minLength: 1, maxLength: 3 }),
  identifiers: fc.uniqueArray(fc.constantFrom(...identifiers.element.options), { minLength: 1, maxLength: 3 }),
  confidentiality: fc.constantFrom(...confidentiality.options),
  integrity: fc.constantFrom(...integrity.options),
  availability: fc.constantFrom(...availability.options),
  malicious: fc.boolean(),
});

const anyVerdict: fc.Arbitrary<VerdictOrder> = fc.record({
  actorRole,
  inputs: fc.constantFrom(...everyRiskInputs),
  verdict: fc.constantFrom(...Verdict.options),
  art34Ground: fc.option(fc.constantFrom(...Art34Ground.options)),
  rationale: text,
  divergence: text,
  enisa: fc.option(enisa),
});
/** Nobody can read it, and nothing is gone: ground A applies. */
const grounded = {
  inputs: { ...harmless, dataReadable: 'NO' },
  verdict: 'HIGH_RISK',
  art34Ground: 'A',
  divergence: 'x',
} as const;
const verdictOrder = fc.oneof(
  { weight: 3, arbitrary: anyVerdict },
  anyVerdict.map((order) => ({ ...order, ...grounded })),
);

const awareAt = fc.constantFrom(
  ...['2026-11-18T09:00:00Z', '2026-11-19T09:00:00Z', '2026-11-20T08:00:00Z', '2026-11-20T09:00:01Z'].map(
    (instant) => new Date(instant),
  ),
);

export const breachCommand: fc.Arbitrary<BreachCommand> = fc.oneof(
  fc.record({ do: one('recordAwareness'), incident, order: fc.record({ actorRole, awareAt }) }),
  fc.record({
    do: one('decideBreach'),
    order: fc.record({
      actorRole,
      value: fc.constantFrom(...BreachAnswer.options),
      breachTypes: fc.subarray([...BreachType.options]),
    }),
  }),
  { weight: 3, arbitrary: fc.record({ do: one('decideVerdict'), incident, order: verdictOrder }) },
);

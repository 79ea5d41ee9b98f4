import { RiskInputs } from '../domain/verdict.ts';

/* The inputs of a verdict, for specs. */

const { shape } = RiskInputs;

/** Nothing can be done with it, to anybody. */
export const harmless: RiskInputs = {
  dataReadable: 'YES',
  recipient: 'MALICIOUS',
  misusePotential: 'NONE',
  availabilityHarm: 'NONE',
  integrityHarm: 'NONE',
  subjects: 1,
};

/** Every combination, with numbers of people on both sides of the threshold, none, and unknown: 6,000. */
export const everyRiskInputs: readonly RiskInputs[] = shape.dataReadable.options.flatMap((dataReadable) =>
  shape.recipient.options.flatMap((recipient) =>
    shape.misusePotential.options.flatMap((misusePotential) =>
      shape.availabilityHarm.options.flatMap((availabilityHarm) =>
        shape.integrityHarm.options.flatMap((integrityHarm) =>
          [null, 0, 9_999, 10_000].map((subjects) => ({
            dataReadable,
            recipient,
            misusePotential,
            availabilityHarm,
            integrityHarm,
            subjects,
          })),
        ),
      ),
    ),
  ),
);

import { z } from 'zod';
import type { Verdict } from '@tocsin/contracts';
import type { RiskInputs } from './verdict.ts';

/*
 * The severity of a personal data breach as ENISA's recommendations of 2013 score it (`domain.md` section 11):
 * SE = DPC x EI + CB. The tables are its data; every number is an integer, in quarters where the text has quarters.
 */

/** DPC, in points: how delicate a kind of data is; what raises or lowers it is part of the name. */
const context = {
  SIMPLE: 1,
  SIMPLE_PROFILE_OR_FINANCES: 2,
  SIMPLE_SENSITIVE_INFERENCE: 3,
  SIMPLE_SAFETY_OR_MINORS: 4,
  BEHAVIOURAL_NO_INSIGHT: 1,
  BEHAVIOURAL: 2,
  BEHAVIOURAL_PROFILE: 3,
  BEHAVIOURAL_SENSITIVE_PROFILE: 4,
  FINANCIAL_NO_INSIGHT: 1,
  FINANCIAL_SOME_INSIGHT: 2,
  FINANCIAL: 3,
  FINANCIAL_ENABLES_FRAUD: 4,
  SENSITIVE_NO_INSIGHT_OR_PUBLIC: 1,
  SENSITIVE_GENERAL: 2,
  SENSITIVE_ASSUMPTIONS: 3,
  SENSITIVE: 4,
} as const;

/** EI, in quarters: how easily somebody is recognised by it. */
const identification = {
  FULL_NAME_COMMON: 1,
  FULL_NAME_RARE: 2,
  FULL_NAME_RARE_IN_SMALL_CITY: 3,
  FULL_NAME_WITH_BIRTH_DATE_AND_EMAIL: 4,
  ID_NUMBER_ALONE: 1,
  ID_NUMBER_REVEALING_BIRTH_DATE: 3,
  ID_NUMBER_WITH_NAME: 4,
  PHONE_OR_ADDRESS_UNLISTED: 1,
  PHONE_OR_ADDRESS_IN_SMALL_TOWN: 2,
  PHONE_OR_ADDRESS_PUBLIC: 4,
  EMAIL_WITHOUT_NAME: 1,
  EMAIL_SEARCHABLE: 3,
  EMAIL_WITH_NAME: 4,
  PICTURE_UNCLEAR: 1,
  PICTURE_WITH_PLACE: 2,
  PICTURE_CLEAR: 3,
  PICTURE_LINKED: 4,
  ALIAS_UNLINKABLE: 1,
  ALIAS_REVEALING_SOME: 3,
  ALIAS_REVEALING_NAME: 4,
} as const;

/** CB, in quarters: what happened to the data adds up. */
const circumstances = {
  confidentiality: { NO_SIGN_OF_MISUSE: 0, KNOWN_RECIPIENTS: 1, UNKNOWN_RECIPIENTS: 2 },
  integrity: { RESTORED: 0, RECOVERABLE: 1, NOT_RECOVERABLE: 2 },
  availability: { RESTORED: 0, TEMPORARY: 1, PERMANENT: 2 },
} as const;
const malice = 2;

/** From these quarters on; below the first it is LOW. */
const bands = [
  { from: 16, band: 'VERY_HIGH' },
  { from: 12, band: 'HIGH' },
  { from: 8, band: 'MEDIUM' },
] as const;

type Keys<T> = readonly [keyof T & string, ...(keyof T & string)[]];
const keysOf = <T extends object>(table: T): Keys<T> => Object.keys(table) as unknown as Keys<T>;

/** What is scored. Credentials count as what they unlock; of several kinds of data the most delicate decides. */
export const EnisaFacts = z.object({
  data: z
    .array(z.enum(keysOf(context)))
    .min(1)
    .max(20),
  identifiers: z
    .array(z.enum(keysOf(identification)))
    .min(1)
    .max(20),
  confidentiality: z.enum(keysOf(circumstances.confidentiality)),
  integrity: z.enum(keysOf(circumstances.integrity)),
  availability: z.enum(keysOf(circumstances.availability)),
  malicious: z.boolean(),
});
export type EnisaFacts = z.infer<typeof EnisaFacts>;
export type EnisaBand = 'LOW' | (typeof bands)[number]['band'];

export interface EnisaScore extends EnisaFacts {
  /** DPC, 1 to 4. */
  readonly context: number;
  /** EI, in quarters, 1 to 4. */
  readonly identification: number;
  /** CB, in quarters. */
  readonly circumstances: number;
  /** SE, in quarters: 8 is 2.00. */
  readonly quarters: number;
  readonly band: EnisaBand;
  /** The two flags that stand beside the score and do not change it. */
  readonly overHundredPeople: boolean;
  readonly unintelligible: boolean;
}

/** The score, with its flags from what was judged beside it. It never decides, nor replaces the verdict (I-22). */
export function scoreEnisa(facts: EnisaFacts, { subjects, dataReadable }: RiskInputs): EnisaScore {
  const dpc = Math.max(...facts.data.map((kind) => context[kind]));
  const ei = Math.max(...facts.identifiers.map((kind) => identification[kind]));
  const cb =
    circumstances.confidentiality[facts.confidentiality] +
    circumstances.integrity[facts.integrity] +
    circumstances.availability[facts.availability] +
    (facts.malicious ? malice : 0);
  const quarters = dpc * ei + cb;
  return {
    ...facts,
    context: dpc,
    identification: ei,
    circumstances: cb,
    quarters,
    band: bands.find(({ from }) => quarters >= from)?.band ?? 'LOW',
    overHundredPeople: (subjects ?? 0) > 100,
    unintelligible: dataReadable === 'NO',
  };
}

/** The verdict that a band suggests: whoever decides another says why. Ours: ENISA knows no such verdicts. */
export const verdictOfBand: Readonly<Record<EnisaBand, Verdict>> = {
  LOW: 'UNLIKELY',
  MEDIUM: 'RISK',
  HIGH: 'HIGH_RISK',
  VERY_HIGH: 'HIGH_RISK',
};

import { manyPeople, type RiskInputs } from './verdict.ts';
import { workedCases, type WorkedCase } from './worked-cases.ts';

export type RiskQuestion = keyof RiskInputs;

export interface LookAlike extends WorkedCase {
  /** How many of the six questions are answered alike, 0 to 6. */
  readonly alike: number;
  /** The others. */
  readonly differsIn: readonly RiskQuestion[];
}

/**
 * The published cases, most alike first; of equally alike ones the lower number. Two answers are alike if they are equal,
 * two numbers of people if they are on the same side of 10,000; an unknown is like nothing, for no case has one.
 * Potential and harm are human judgements: this is to compare them, and proves nothing.
 */
export const lookAlikes = (inputs: RiskInputs): readonly LookAlike[] =>
  workedCases
    .map((worked) => compare(inputs, worked))
    .sort((one, other) => other.alike - one.alike || one.number - other.number);

function compare(inputs: RiskInputs, worked: WorkedCase): LookAlike {
  const questions = Object.keys(worked.inputs) as RiskQuestion[];
  const differsIn = questions.filter((question) => !isAlike(inputs[question], worked.inputs[question]));
  return { ...worked, alike: questions.length - differsIn.length, differsIn };
}

function isAlike(one: RiskInputs[RiskQuestion], other: RiskInputs[RiskQuestion]): boolean {
  if (typeof one === 'number' && typeof other === 'number') return one >= manyPeople === other >= manyPeople;
  return one === other;
}

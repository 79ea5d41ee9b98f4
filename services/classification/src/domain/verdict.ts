import { z } from 'zod';

const Harm = z.enum(['NONE', 'TRIVIAL', 'MINOR', 'SERIOUS', 'UNKNOWN']);
type Harm = z.infer<typeof Harm>;

/** What people judged about a breach; UNKNOWN is an answer too. */
export const RiskInputs = z.object({
  dataReadable: z.enum(['YES', 'NO', 'UNKNOWN']),
  recipient: z.enum(['TRUSTED_DELETED', 'HARMLESS', 'MALICIOUS', 'UNKNOWN']),
  misusePotential: z.enum(['NONE', 'TRIVIAL', 'LIMITED', 'SERIOUS', 'UNKNOWN']),
  availabilityHarm: Harm,
  integrityHarm: Harm,
  /** About how many people; null while nobody knows. */
  subjects: z
    .int()
    .nonnegative()
    .nullish()
    .transform((subjects) => subjects ?? null),
});
export type RiskInputs = z.infer<typeof RiskInputs>;

/** 0: no risk to people; 1: a risk, the authority is told; 2: a high risk, the people are told too. */
type Level = 0 | 1 | 2;

export interface Proposal {
  readonly verdict: 'UNLIKELY' | 'RISK' | 'HIGH_RISK';
  readonly misuse: Level;
  readonly continuity: Level;
  /** One sentence for each rule that decided. */
  readonly reasons: readonly string[];
}

interface Rule {
  readonly when: (inputs: RiskInputs) => boolean;
  readonly level: Level;
  readonly reason: string;
}

const verdicts = { 0: 'UNLIKELY', 1: 'RISK', 2: 'HIGH_RISK' } as const;
/** From so many people on, limited misuse is a high risk (proposal). */
export const manyPeople = 10_000;

/** Version of the rules below; stored with each verdict. */
export const verdictPolicyVersion = '2026-11';

/*
 * Where the text is silent (`domain.md` section 11), the careful answer:
 * - An axis is judged alone: an UNKNOWN lifts it even if the other axis is worse already.
 * - A trusted recipient does not settle an UNKNOWN potential, as it would not settle a SERIOUS one.
 * - A missing number of people is an UNKNOWN like any other: a risk at least, but not by itself a high one.
 */
const misuseRules: readonly Rule[] = [
  { when: ({ dataReadable }) => dataReadable === 'NO', level: 0, reason: 'Nobody who holds the data can read it.' },
  { when: ({ misusePotential }) => misusePotential === 'SERIOUS', level: 2, reason: 'Serious misuse is possible.' },
  {
    when: ({ misusePotential }) => misusePotential === 'UNKNOWN',
    level: 1,
    reason: 'What the data could be misused for is unknown: that is a risk at least.',
  },
  {
    when: ({ recipient }) => recipient === 'TRUSTED_DELETED',
    level: 0,
    reason: 'A trusted recipient deleted the data, and no serious misuse was possible.',
  },
  { when: ({ misusePotential }) => misusePotential === 'NONE', level: 0, reason: 'The data cannot be misused.' },
  {
    when: ({ misusePotential, subjects }) => misusePotential === 'LIMITED' && subjects === null,
    level: 1,
    reason: `Limited misuse is possible; how many people is unknown, and from ${manyPeople} the risk is high.`,
  },
  {
    when: ({ misusePotential, subjects }) => misusePotential === 'LIMITED' && (subjects ?? 0) >= manyPeople,
    level: 2,
    reason: `Limited misuse is possible, of the data of ${manyPeople} people or more.`,
  },
  { when: ({ misusePotential }) => misusePotential === 'LIMITED', level: 1, reason: 'Limited misuse is possible.' },
  {
    when: ({ recipient }) => recipient === 'HARMLESS',
    level: 0,
    reason: 'Only trivial misuse is possible, and the recipient is harmless.',
  },
];
const otherwise: Rule = {
  when: () => true,
  level: 1,
  reason: 'Trivial misuse is possible, by a malicious recipient.',
};

/** What an UNKNOWN is counted as, beside the mildest it could turn out to be. */
const assumptions: readonly { when: Rule['when']; mildest: Partial<RiskInputs>; reason: string }[] = [
  {
    when: ({ dataReadable }) => dataReadable === 'UNKNOWN',
    mildest: { dataReadable: 'NO' },
    reason: 'Whether the data can be read is unknown: it counts as readable.',
  },
  {
    when: ({ recipient }) => recipient === 'UNKNOWN',
    mildest: { recipient: 'TRUSTED_DELETED' },
    reason: 'The recipient is unknown: it counts as malicious.',
  },
];

const harms: Readonly<Record<Harm, { level: Level; words: string }>> = {
  NONE: { level: 0, words: 'does no harm' },
  TRIVIAL: { level: 0, words: 'does trivial harm' },
  MINOR: { level: 1, words: 'does minor harm' },
  SERIOUS: { level: 2, words: 'does serious harm' },
  UNKNOWN: { level: 1, words: 'does unknown harm: that is a risk at least' },
};

/**
 * What the engine proposes; the privacy officer decides (`domain.md` section 11). An UNKNOWN that could raise an axis
 * lifts it to a risk at least.
 */
export function proposeVerdict(inputs: RiskInputs): Proposal {
  const [misuse, continuity] = [misuseOf(inputs), continuityOf(inputs)];
  const verdict = verdicts[worse(misuse.level, continuity.level)];
  const reasons = [...misuse.reasons, ...continuity.reasons, ...(verdict === 'UNLIKELY' ? openQuestions(inputs) : [])];
  return { verdict, misuse: misuse.level, continuity: continuity.level, reasons };
}

interface Axis {
  readonly level: Level;
  readonly reasons: readonly string[];
}

function misuseOf(inputs: RiskInputs): Axis {
  const { level, reason } = misuseRule(inputs);
  const lifting = assumptions.filter(
    ({ when, mildest }) => when(inputs) && misuseRule({ ...inputs, ...mildest }).level < level,
  );
  return { level, reasons: [reason, ...lifting.map((assumption) => assumption.reason)] };
}

/** The first that applies. */
const misuseRule = (inputs: RiskInputs): Rule => misuseRules.find(({ when }) => when(inputs)) ?? otherwise;

function continuityOf({ availabilityHarm, integrityHarm }: RiskInputs): Axis {
  const losses = [
    { of: 'availability', ...harms[availabilityHarm] },
    { of: 'integrity', ...harms[integrityHarm] },
  ];
  const level = worse(harms[availabilityHarm].level, harms[integrityHarm].level);
  const deciding = losses.filter((loss) => loss.level === level);
  return { level, reasons: deciding.map(({ of, words }) => `The loss of ${of} ${words}.`) };
}

const openQuestions = (inputs: RiskInputs): readonly string[] =>
  unknownInputs(inputs).map(
    (name) => `The proposal does not depend on ${name}, but to decide UNLIKELY it must be known.`,
  );

/**
 * What must be known to decide UNLIKELY (I-22): every UNKNOWN, even one that changes nothing here, and a missing number
 * of people where it decides.
 */
export function unknownInputs(inputs: RiskInputs): readonly string[] {
  const few = misuseRule({ ...inputs, subjects: 0 }).level;
  const many = misuseRule({ ...inputs, subjects: manyPeople }).level;
  const isOpen = (value: unknown): boolean => value === 'UNKNOWN' || (value === null && few !== many);
  return Object.entries(inputs)
    .filter(([, value]) => isOpen(value))
    .map(([name]) => name);
}

const worse = (one: Level, other: Level): Level => (one > other ? one : other);

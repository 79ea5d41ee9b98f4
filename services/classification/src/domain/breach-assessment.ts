import {
  occurred,
  PersonalDataBreachDecided,
  type ActorRole,
  type Art34Ground,
  type BreachAnswer,
  type BreachType,
  type Verdict,
} from '@tocsin/contracts';
import { InvalidInput } from '@tocsin/errors';
import { about, decided, next, type Act, type Classification, type ClassificationChange } from './classification.ts';
import type { Circumstances } from './circumstances.ts';
import type { EnisaScore } from './enisa.ts';
import type { Proposal, RiskInputs } from './verdict.ts';

/** The verdict that stands, beside what was proposed and what the score says. */
export interface Judgement {
  readonly inputs: RiskInputs;
  readonly proposal: Proposal;
  readonly enisa: EnisaScore | null;
  readonly verdict: Verdict;
  /** Why the people need not be told though the risk is high (GDPR article 34(3)). */
  readonly art34Ground: Art34Ground | null;
  /** As it was when this was judged: if it changes, the verdict is stale. */
  readonly circumstances: Circumstances;
}

/** What a breach means in law, in one part: whether there is one, of what, and how likely it harms people. */
export interface BreachAssessment {
  readonly actorRole: ActorRole;
  /** Null until it is decided. */
  readonly isPersonalDataBreach: BreachAnswer | null;
  readonly breachTypes: readonly BreachType[];
  /** Null: not assessed yet. */
  readonly judgement: Judgement | null;
}

export interface BreachOrder {
  readonly actorRole: ActorRole;
  readonly value: BreachAnswer;
  readonly breachTypes: readonly BreachType[];
}

/**
 * Decides whether there is a personal data breach (GDPR article 4(12)); an accident is one too, a CRSPI need not be.
 * A breach is one of something, and what is none is none of anything. Errors: INVALID_INPUT.
 */
export function decidePersonalDataBreach(
  classification: Classification,
  { actorRole, value, breachTypes: types }: BreachOrder,
  act: Act,
): ClassificationChange {
  const breachTypes = [...new Set(types)];
  const isOfSomething = breachTypes.length > 0;
  if (value !== 'UNKNOWN' && (value === 'YES') !== isOfSomething)
    throw InvalidInput({ field: 'breachTypes', reason: 'YES has at least one, NO has none' });
  const facts = { actorRole, value, breachTypes };
  const assessed = { ...assessmentOf(classification, actorRole), isPersonalDataBreach: value, breachTypes };
  return {
    state: withAssessment(classification, assessed),
    events: [occurred(PersonalDataBreachDecided, { ...about(classification, act), ...facts })],
    decisions: [decided('personalDataBreach', facts, act)],
  };
}

/** What is assessed in this part; blank if nothing is. */
export const assessmentOf = ({ breachAssessments }: Classification, actorRole: ActorRole): BreachAssessment =>
  breachAssessments.find((assessment) => assessment.actorRole === actorRole) ?? {
    actorRole,
    isPersonalDataBreach: null,
    breachTypes: [],
    judgement: null,
  };

/** The successor, in which this assessment takes the place of that in the same part. */
export function withAssessment(classification: Classification, assessment: BreachAssessment): Classification {
  const others = classification.breachAssessments.filter(({ actorRole }) => actorRole !== assessment.actorRole);
  return next(classification, { breachAssessments: [...others, assessment] });
}

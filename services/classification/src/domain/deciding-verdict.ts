import { occurred, RiskVerdictDecided, type ActorRole, type Art34Ground, type Verdict } from '@tocsin/contracts';
import { assessmentOf, withAssessment, type BreachAssessment } from './breach-assessment.ts';
import { circumstancesOf } from './circumstances.ts';
import {
  about,
  decided,
  type Act,
  type Classification,
  type ClassificationChange,
  type KnownIncident,
} from './classification.ts';
import { scoreEnisa, verdictOfBand, type EnisaFacts, type EnisaScore } from './enisa.ts';
import { Art34GroundInvalid, DivergenceTextRequired, InputUnknown, UnlikelyNeedsRationale } from './errors.ts';
import { proposeVerdict, unknownInputs, verdictPolicyVersion, type RiskInputs } from './verdict.ts';

export interface VerdictOrder {
  readonly actorRole: ActorRole;
  readonly inputs: RiskInputs;
  readonly verdict: Verdict;
  readonly art34Ground: Art34Ground | null;
  /** Why a risk is unlikely. */
  readonly rationale: string | null;
  /** Why it is not what was proposed, or not what the score suggests. */
  readonly divergence: string | null;
  readonly enisa: EnisaFacts | null;
}

/**
 * Decides how likely the breach is to harm people, in one part. The engine's proposal and the score are kept beside the
 * decision, and neither decides (I-22).
 *
 * Errors: INPUT_UNKNOWN, UNLIKELY_NEEDS_RATIONALE, ART34_GROUND_INVALID (I-23), DIVERGENCE_TEXT_REQUIRED.
 */
export function decideVerdict(
  classification: Classification,
  incident: KnownIncident,
  order: VerdictOrder,
  act: Act,
): ClassificationChange {
  const { actorRole, inputs, verdict, art34Ground, rationale, divergence } = order;
  const assessment = assessmentOf(classification, actorRole);
  const proposal = proposeVerdict(inputs);
  const enisa = order.enisa === null ? null : scoreEnisa(order.enisa, inputs);
  if (verdict === 'UNLIKELY') mustBeUnlikely(order);
  if (art34Ground !== null) mustApply(art34Ground, order, assessment);
  mustExplain(order, proposal.verdict, enisa);
  const judged = { inputs, proposal, enisa, verdict, art34Ground };
  const judgement = { ...judged, circumstances: circumstancesOf(classification, incident) };
  const facts = { actorRole, verdict, ...(art34Ground !== null && { art34Ground }) };
  return {
    state: withAssessment(classification, { ...assessment, judgement }),
    events: [occurred(RiskVerdictDecided, { ...about(classification, act), ...facts })],
    decisions: [
      {
        ...decided('verdict', { actorRole, ...judged, rationale, divergence }, act),
        policyVersion: verdictPolicyVersion,
      },
    ],
  };
}

function mustBeUnlikely({ inputs, rationale }: VerdictOrder): void {
  const unknown = unknownInputs(inputs);
  if (unknown.length > 0) throw InputUnknown({ inputs: unknown });
  if (isBlank(rationale)) throw UnlikelyNeedsRationale();
}

/** A only says that nobody can read what was taken: no answer to what is gone (I-23). */
function mustApply(art34Ground: Art34Ground, { verdict, inputs }: VerdictOrder, assessment: BreachAssessment): void {
  const { dataReadable, availabilityHarm } = inputs;
  const isAvailabilityLost = availabilityHarm !== 'NONE' || assessment.breachTypes.includes('AVAILABILITY');
  const isAnswer = art34Ground !== 'A' || (dataReadable === 'NO' && !isAvailabilityLost);
  if (verdict !== 'HIGH_RISK' || !isAnswer) throw Art34GroundInvalid({ art34Ground, verdict });
}

function mustExplain({ verdict, divergence }: VerdictOrder, proposed: Verdict, enisa: EnisaScore | null): void {
  const suggested = enisa === null ? null : verdictOfBand[enisa.band];
  const differs = verdict !== proposed || (suggested !== null && verdict !== suggested);
  if (differs && isBlank(divergence)) throw DivergenceTextRequired({ proposed, suggested });
}

const isBlank = (text: string | null): boolean => (text ?? '').trim() === '';

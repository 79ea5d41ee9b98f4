import type { AwarenessOrder } from '../domain/awareness.ts';
import type { BreachOrder } from '../domain/breach-assessment.ts';
import type { Classification, KnownIncident } from '../domain/classification.ts';
import type { VerdictOrder } from '../domain/deciding-verdict.ts';
import { scoreEnisa } from '../domain/enisa.ts';
import { proposeVerdict } from '../domain/verdict.ts';
import { now } from './a-classification.ts';

/* The rules about awareness, breach and verdict as the design has them (I-3, I-22, I-23), apart from the code. */

export type BreachCommand =
  | { readonly do: 'recordAwareness'; readonly incident: KnownIncident; readonly order: AwarenessOrder }
  | { readonly do: 'decideBreach'; readonly order: BreachOrder }
  | { readonly do: 'decideVerdict'; readonly incident: KnownIncident; readonly order: VerdictOrder };

export const isBreachCommand = (command: { readonly do: string }): command is BreachCommand =>
  ['recordAwareness', 'decideBreach', 'decideVerdict'].includes(command.do);

const when = (holds: boolean, code: string): readonly string[] => (holds ? [code] : []);

/** As `reasonsAgainst`, for these three. */
export function reasonsAgainstBreach(present: Classification, command: BreachCommand): readonly string[] {
  switch (command.do) {
    case 'recordAwareness': {
      const { awareAt } = command.order;
      const { detectedAt } = command.incident;
      return when(awareAt > now || (detectedAt !== null && detectedAt > awareAt), 'TIME_ORDER_INVALID');
    }
    case 'decideBreach': {
      const { value, breachTypes } = command.order;
      const expected = { YES: breachTypes.length > 0, NO: breachTypes.length === 0, UNKNOWN: true };
      return when(!expected[value], 'INVALID_INPUT');
    }
    case 'decideVerdict':
      return reasonsAgainstVerdict(present, command.order);
  }
}

function reasonsAgainstVerdict(present: Classification, order: VerdictOrder): readonly string[] {
  const { actorRole, inputs, verdict, art34Ground, rationale, divergence, enisa } = order;
  const isUnlikely = verdict === 'UNLIKELY';
  const countDecides =
    inputs.misusePotential === 'LIMITED' && inputs.dataReadable !== 'NO' && inputs.recipient !== 'TRUSTED_DELETED';
  const isUnknown = Object.values(inputs).includes('UNKNOWN') || (inputs.subjects === null && countDecides);
  const types = present.breachAssessments.find((known) => known.actorRole === actorRole)?.breachTypes ?? [];
  const isReadable = inputs.dataReadable !== 'NO';
  const isGone = inputs.availabilityHarm !== 'NONE' || types.includes('AVAILABILITY');
  const isNoGround = verdict !== 'HIGH_RISK' || (art34Ground === 'A' && (isReadable || isGone));
  const band = enisa && scoreEnisa(enisa, inputs).band;
  const suggestions = { LOW: 'UNLIKELY', MEDIUM: 'RISK', HIGH: 'HIGH_RISK', VERY_HIGH: 'HIGH_RISK' };
  const differs = verdict !== proposeVerdict(inputs).verdict || (band !== null && verdict !== suggestions[band]);
  return [
    ...when(isUnlikely && isUnknown, 'INPUT_UNKNOWN'),
    ...when(isUnlikely && (rationale ?? '').trim() === '', 'UNLIKELY_NEEDS_RATIONALE'),
    ...when(art34Ground !== null && isNoGround, 'ART34_GROUND_INVALID'),
    ...when(differs && (divergence ?? '').trim() === '', 'DIVERGENCE_TEXT_REQUIRED'),
  ];
}

import { LegalAwarenessRecorded, occurred, type ActorRole } from '@tocsin/contracts';
import { TimeOrderInvalid } from '@tocsin/errors';
import {
  about,
  decided,
  next,
  type Act,
  type Classification,
  type ClassificationChange,
  type KnownIncident,
} from './classification.ts';

/** Gate G2, in one part: since when it is reasonably certain that personal data were compromised (EDPB 9/2022 §31). */
export interface Awareness {
  readonly actorRole: ActorRole;
  /** ISO 8601. */
  readonly awareAt: string;
}

export interface AwarenessOrder {
  readonly actorRole: ActorRole;
  readonly awareAt: Date;
}

/**
 * Records since when the law counts, in one part; once more corrects it, and what was recorded before stays in the
 * history with its reason (I-20). Nobody is aware before the incident was detected (I-3). Errors: TIME_ORDER_INVALID.
 */
export function recordAwareness(
  classification: Classification,
  incident: KnownIncident,
  { actorRole, awareAt: instant }: AwarenessOrder,
  act: Act,
): ClassificationChange {
  const { detectedAt } = incident;
  if (instant > act.now || (detectedAt !== null && instant < detectedAt))
    throw TimeOrderInvalid({ field: 'awareAt', detectedAt: detectedAt?.toISOString() ?? null });
  const awareAt = instant.toISOString();
  const corrects = classification.awareness.find((known) => known.actorRole === actorRole)?.awareAt;
  const others = classification.awareness.filter((known) => known.actorRole !== actorRole);
  const facts = { actorRole, awareAt, ...(corrects !== undefined && { corrects }) };
  return {
    state: next(classification, { awareness: [...others, { actorRole, awareAt }] }),
    events: [occurred(LegalAwarenessRecorded, { ...about(classification, act), ...facts })],
    decisions: [decided('awareness', facts, act)],
  };
}

/**
 * Seconds from the processor's awareness to the declaration; null while one of both is missing. Whoever uses up the
 * contract's 72 hours after declaring may have been late under article 33(2) long before (`requirements.md` 2.3).
 */
export function awareToDeclaredSeconds({ awareness, declaredAt }: Classification): number | null {
  const processor = awareness.find(({ actorRole }) => actorRole === 'PROCESSOR');
  if (processor === undefined || declaredAt === null) return null;
  return Math.round((declaredAt.getTime() - Date.parse(processor.awareAt)) / 1_000);
}

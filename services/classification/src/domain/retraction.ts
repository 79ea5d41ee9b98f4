import { CrspiRetracted, IncidentClassified, occurred } from '@tocsin/contracts';
import {
  about,
  decided,
  next,
  type Act,
  type Classification,
  type ClassificationChange,
  type LegalAdvice,
} from './classification.ts';
import { LegalAdviserRequired, NotDeclared } from './errors.ts';
import { labelFactsOf } from './labels.ts';
import { scoped } from './scoping.ts';

/**
 * Takes the declaration back (I-7). The suspicion that led to it and the authorisation to execute (gate G4) fall with
 * it; what was declared, when and on what basis stays in the decisions. The level may change again, and it may be
 * suspected or declared anew.
 *
 * Errors: NOT_DECLARED, LEGAL_ADVISER_REQUIRED.
 */
export function retract(classification: Classification, advice: LegalAdvice, act: Act): ClassificationChange {
  if (classification.crspi !== 'DECLARED') throw NotDeclared();
  if (!advice.isLegalMember) throw LegalAdviserRequired();
  const { legalAdviserId } = advice;
  const fallen = { basis: [], declaredAt: null, suspected: false, executionAuthorizedAt: null };
  const state = scoped(next(classification, { crspi: 'RETRACTED', legalAdviserId, ...fallen }), act);
  return {
    state,
    events: [
      occurred(CrspiRetracted, about(state, act)),
      occurred(IncidentClassified, { ...about(state, act), ...labelFactsOf(state) }),
    ],
    decisions: [decided('retraction', { legalAdviserId }, act)],
  };
}

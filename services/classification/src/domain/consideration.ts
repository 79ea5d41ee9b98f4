import { CrspiDeclined, occurred, SuspicionChanged, type Stage } from '@tocsin/contracts';
import {
  about,
  decided,
  next,
  type Act,
  type Classification,
  type ClassificationChange,
  type KnownIncident,
  type LegalAdvice,
} from './classification.ts';
import {
  AlreadyDeclared,
  CustomerResponsibility,
  LegalAdviserRequired,
  NotSuspected,
  NotUnderConsideration,
  StageTooEarly,
} from './errors.ts';

/* What comes before a declaration, or instead of it. Once declared, none of it is possible. */

const atLeastDiagnose: readonly Stage[] = ['DIAGNOSE', 'STABILIZE', 'CLOSE'];

/** Gate G1: the team believes that customer data may be exposed; the stage stays what it is. */
export function suspect(classification: Classification, incident: KnownIncident, act: Act): ClassificationChange {
  if (!atLeastDiagnose.includes(incident.stage)) throw StageTooEarly({ stage: incident.stage });
  if (incident.responsibility === 'CUSTOMER') throw CustomerResponsibility();
  if (classification.crspi === 'DECLARED') throw AlreadyDeclared();
  return {
    state: next(classification, { suspected: true, crspi: 'UNDER_CONSIDERATION' }),
    events: [occurred(SuspicionChanged, { ...about(classification, act), active: true })],
    decisions: [decided('suspicion', { active: true }, act)],
  };
}

/** Exposure is ruled out. What was under consideration stays so: it is for the manager to decline it. */
export function standDown(classification: Classification, act: Act): ClassificationChange {
  if (classification.crspi === 'DECLARED') throw AlreadyDeclared();
  if (!classification.suspected) throw NotSuspected();
  return {
    state: next(classification, { suspected: false }),
    events: [occurred(SuspicionChanged, { ...about(classification, act), active: false })],
    decisions: [decided('suspicion', { active: false }, act)],
  };
}

/** Considered, and not reportable. A suspicion that stands is the team's to withdraw; a new one considers it again. */
export function decline(classification: Classification, advice: LegalAdvice, act: Act): ClassificationChange {
  const { crspi } = classification;
  if (crspi === 'DECLARED') throw AlreadyDeclared();
  if (crspi !== 'UNDER_CONSIDERATION') throw NotUnderConsideration({ crspi });
  if (!advice.isLegalMember) throw LegalAdviserRequired();
  const { legalAdviserId } = advice;
  return {
    state: next(classification, { crspi: 'DECLINED', legalAdviserId }),
    events: [occurred(CrspiDeclined, about(classification, act))],
    decisions: [decided('refusal', { legalAdviserId }, act)],
  };
}

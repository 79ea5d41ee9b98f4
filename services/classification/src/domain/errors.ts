import { defineError } from '@tocsin/errors';

export const ImpactNoneExclusive = defineError(
  'IMPACT_NONE_EXCLUSIVE',
  'Information impact NONE excludes every other.',
);
export const PrivacyImpliesSecurity = defineError('PRIVACY_IMPLIES_SECURITY', 'Name SECURITY too: PRIVACY implies it.');
export const GroundRequired = defineError('GROUND_REQUIRED', 'Name the ground of a security event.');
export const LevelTransitionRefused = defineError('LEVEL_TRANSITION_REFUSED', 'The level cannot change this way.');
export const RetractFirst = defineError(
  'RETRACT_FIRST',
  'The incident is declared. Retract the declaration before you judge it to be less than an incident.',
);
export const StageTooEarly = defineError('STAGE_TOO_EARLY', 'The incident has not reached the stage that this needs.');
export const CustomerResponsibility = defineError(
  'CUSTOMER_RESPONSIBILITY',
  'The customer is responsible for this compromise: the provider neither declares nor notifies.',
);
export const AlreadyDeclared = defineError('ALREADY_DECLARED', 'This incident is declared already.');
export const NotSuspected = defineError('NOT_SUSPECTED', 'No suspicion stands that could be withdrawn.');
export const NotUnderConsideration = defineError(
  'NOT_UNDER_CONSIDERATION',
  'Only what is under consideration can be declined. Record a suspicion first.',
);
export const BasisRequired = defineError(
  'BASIS_REQUIRED',
  'Name at least one basis: access occurred or is likely, or a legal or contractual commitment.',
);
export const LevelNotIncident = defineError('LEVEL_NOT_INCIDENT', 'Classify it as INCIDENT first.');
export const LegalAdviserRequired = defineError(
  'LEGAL_ADVISER_REQUIRED',
  'Name a member of this incident with the role LEGAL.',
);
export const NotDeclared = defineError(
  'NOT_DECLARED',
  'The incident is not declared. Declare it before you authorize execution; there is nothing to retract.',
);
export const TenantUnknown = defineError(
  'TENANT_UNKNOWN',
  'The directory does not know this tenant or one of these subscriptions. If it was saved just now, repeat the command in a moment.',
);
export const UnlikelyNeedsRationale = defineError(
  'UNLIKELY_NEEDS_RATIONALE',
  'Say in `rationale` why a risk to people is unlikely.',
);
export const InputUnknown = defineError(
  'INPUT_UNKNOWN',
  'A risk is not unlikely while something about it is unknown; the details name it. Find it out, or decide RISK.',
);
export const DivergenceTextRequired = defineError(
  'DIVERGENCE_TEXT_REQUIRED',
  'This is not what was proposed, or not what the score suggests; the details name both. Say in `divergence` why.',
);
export const Art34GroundInvalid = defineError(
  'ART34_GROUND_INVALID',
  'This ground of article 34(3) does not apply: one is given only with HIGH_RISK; A only if nobody can read the data, and never for a loss of availability.',
);

import { defineError } from '@tocsin/errors';

/* The refusals of the incident service (`domain.md` section 6); the shared ones come from `@tocsin/errors`. */

export const StageTransitionRefused = defineError(
  'STAGE_TRANSITION_REFUSED',
  'The incident cannot move between these stages. The details name the stage it stands in and what may follow.',
);
export const OnCallRequired = defineError(
  'ON_CALL_REQUIRED',
  'Nobody is on call for this incident. Assign a RESPONDER before it is assessed.',
);
export const AttributionRequired = defineError(
  'ATTRIBUTION_REQUIRED',
  'A customer reported this incident: decide the responsibility before it leaves ASSESS.',
);
export const ContainmentNotVerified = defineError(
  'CONTAINMENT_NOT_VERIFIED',
  'Somebody who neither did it nor said so must verify containment before the incident leaves STABILIZE for CLOSE.',
);
export const CorrectiveActionsOpen = defineError(
  'CORRECTIVE_ACTIONS_OPEN',
  'Actions are still open; the details name them. Complete them first. Only long-term mitigation may outlast closing.',
);
export const HoldActive = defineError(
  'HOLD_ACTIVE',
  'An active hold stops this; the details name it. The incident manager releases it first.',
);
export const PrincipalNotEligible = defineError(
  'PRINCIPAL_NOT_ELIGIBLE',
  'The staff directory does not list this principal, or not in this role.',
);
export const ResponsibilityConflict = defineError(
  'RESPONSIBILITY_CONFLICT',
  'The incident is declared or its customer notification has begun; it cannot be the responsibility of the customer alone.',
);
export const TenantRequired = defineError(
  'TENANT_REQUIRED',
  'The incident is handed over to the customer: name at least one tenant, for its detections name none.',
);
export const TenantUnknown = defineError(
  'TENANT_UNKNOWN',
  'The directory does not know this tenant or one of these subscriptions. If it was saved just now, repeat the command in a moment.',
);
export const StageTooEarly = defineError('STAGE_TOO_EARLY', 'The incident has not reached the stage that this needs.');
export const OwnerAndDateRequired = defineError(
  'OWNER_AND_DATE_REQUIRED',
  'Long-term mitigation outlasts the incident: name its owner and the date by which it is due.',
);
export const ActionNotOpen = defineError(
  'ACTION_NOT_OPEN',
  'The action is under way, done or cancelled already; the details name its state.',
);
export const ActionNotDone = defineError('ACTION_NOT_DONE', 'Only an action that is done can be reviewed.');
export const ActionReviewed = defineError('ACTION_REVIEWED', 'The action was reviewed already.');
export const ActionsUnreviewed = defineError(
  'ACTIONS_UNREVIEWED',
  'Emergency mitigation was not reviewed; the details name it. Somebody who neither did it nor said so reviews it first.',
);
export const BothRisksRequired = defineError(
  'BOTH_RISKS_REQUIRED',
  'Say for both the customer risk and the business risk why it is contained.',
);
export const DispositionRefused = defineError(
  'DISPOSITION_REFUSED',
  'The incident cannot be closed with this disposition. The details name those that fit how it came to CLOSE.',
);
export const RetractFirst = defineError(
  'RETRACT_FIRST',
  'The incident is declared. Retract the declaration before you judge it to be less than an incident.',
);
export const PostMortemRequired = defineError(
  'POST_MORTEM_REQUIRED',
  'A declared incident closes only with an approved post-mortem.',
);
export const ActionsUntracked = defineError(
  'ACTIONS_UNTRACKED',
  'An open action outlives the incident only with a date. Complete or cancel those in the details, or record them anew with owner and date.',
);
export const PostMortemStateRefused = defineError(
  'POST_MORTEM_STATE',
  'The post-mortem is not in a state that allows this. The details name its state and those that do.',
);
export const SufficiencyUnanswered = defineError(
  'SUFFICIENCY_UNANSWERED',
  'Answer both whether the response and whether the procedures were sufficient before you approve the post-mortem.',
);
export const SopListRequired = defineError(
  'SOP_LIST_REQUIRED',
  'List the standard operating procedures to update, or say why none needs to be.',
);
export const SopUpdateOpen = defineError(
  'SOP_UPDATE_OPEN',
  'Standard operating procedures still lack their new version; the details count them.',
);
export const IncidentNotClosed = defineError(
  'INCIDENT_NOT_CLOSED',
  'The incident is open. Only a closed incident can be reopened.',
);
export const IncidentIsClosed = defineError('INCIDENT_CLOSED', 'The incident is closed. Reopen it first.');
export const RulesOfEngagementRequired = defineError(
  'RULES_OF_ENGAGEMENT_REQUIRED',
  'Let somebody who neither planned nor leads the attack approve the rules of engagement before the exercise starts.',
);
export const ExerciseStateRefused = defineError(
  'EXERCISE_STATE',
  'The exercise is not in the state that this needs; the details name both.',
);
export const NotRedLead = defineError('NOT_RED_LEAD', 'Only the leader of the red team records what it did.');
export const NotAnExercise = defineError(
  'NOT_AN_EXERCISE',
  'The incident is real already. Only an exercise is forked.',
);
export const TimelineEntryCorrected = defineError(
  'TIMELINE_ENTRY_CORRECTED',
  'The entry was corrected already. Correct the latest correction instead; the details name it.',
);
export const TimelineEntryAutomatic = defineError(
  'TIMELINE_ENTRY_AUTOMATIC',
  'The entry tells what a command did, and stays. Add an entry of your own beside it.',
);
export const EnvironmentNotGranted = defineError(
  'ENVIRONMENT_NOT_GRANTED',
  'You may not see or handle evidence of this environment. The incident manager grants environments by `assign`.',
);
export const EvidenceDestroyed = defineError(
  'EVIDENCE_DESTROYED',
  'This evidence was destroyed, as its custody tells. Nothing more can be done with it.',
);
export const EvidenceNotStored = defineError(
  'EVIDENCE_NOT_STORED',
  'The bytes of this evidence were never uploaded. Upload them by the ticket of `uploadEvidence`.',
);
export const EvidenceTooLarge = defineError(
  'EVIDENCE_TOO_LARGE',
  'The file is larger than this installation takes; the details name the limit in bytes. Split it, and record each part.',
);
export const DigestMismatch = defineError(
  'DIGEST_MISMATCH',
  'These bytes do not have the SHA-256 that was recorded, so nothing was kept. Send the right file, or record new evidence.',
);
export const TicketInvalid = defineError(
  'TICKET_INVALID',
  'Send the ticket as Authorization: Bearer <ticket>, to its own URL and before it expires. The mutation gives a new one.',
);
export const TicketUsed = defineError(
  'TICKET_USED',
  'This ticket was used before, and each is good for one request. Ask for a new one by the mutation that gave it.',
);
export const NotManagerOfIncident = defineError(
  'NOT_MANAGER_OF_INCIDENT',
  'Only the incident manager of this very incident may decide on what leaves it.',
);
export const ApprovalTextRequired = defineError(
  'APPROVAL_TEXT_REQUIRED',
  'Write down what you approve, and why: the approval is a text.',
);
export const TransferDecided = defineError(
  'TRANSFER_DECIDED',
  'This transfer was approved or rejected before; the details name its state. Request a new one.',
);
export const TransferNotApproved = defineError(
  'TRANSFER_NOT_APPROVED',
  'Nothing leaves by this transfer: it is not approved, or was carried out before. The details name its state.',
);
export const TransferExpired = defineError(
  'TRANSFER_EXPIRED',
  'The time of this transfer is over; the details name its end. Request a new one.',
);
export const TransferContentChanged = defineError(
  'TRANSFER_CONTENT_CHANGED',
  'The bytes are not those that were approved; the details name the evidence. Request a new transfer.',
);
export const IncidentIsMerged = defineError(
  'INCIDENT_MERGED',
  'The incident was merged into another, which the details name. Go on there.',
);
export const MergeRefused = defineError('MERGE_REFUSED', 'These incidents cannot be merged; the details say why.');
export const LastDetection = defineError(
  'LAST_DETECTION',
  'At least one detection must stay with the incident that is split.',
);
export const RotaRetired = defineError(
  'ROTA_RETIRED',
  'The rota was retired and stays as it was. Save another one for its role.',
);

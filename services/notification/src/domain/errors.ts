import { defineError } from '@tocsin/errors';

export const AddressInvalid = defineError(
  'ADDRESS_INVALID',
  'Give one plain e-mail address, such as security@customer.example.',
);
export const FieldMissing = defineError(
  'FIELD_MISSING',
  'Fill every required field of the notice, or say NOT_YET_KNOWN where the phase allows it.',
);
export const ActionRequired = defineError('ACTION_REQUIRED', 'Recommend at least one action to the customer.');
export const ActionUnknown = defineError(
  'ACTION_UNKNOWN',
  'These actions are not known for this incident. If they were recorded just now, repeat the command in a moment.',
);
export const ActionCancelled = defineError(
  'ACTION_CANCELLED',
  'These actions were cancelled; a notice cannot cite them as measures. Draft it without them.',
);
export const ForeignScope = defineError(
  'FOREIGN_SCOPE',
  'This tenant is not in the scope of the incident. Set its scope first.',
);
export const NoticeStateRefused = defineError(
  'NOTICE_STATE_REFUSED',
  'The notice does not stand in the state this command starts from.',
);
export const NoticeNotApproved = defineError(
  'NOTICE_NOT_APPROVED',
  'Another person with the role LEGAL must approve the notice first.',
);
export const ExecutionNotAuthorized = defineError(
  'EXECUTION_NOT_AUTHORIZED',
  'The Incident Manager must authorize execution (gate G4) before a notice is sent.',
);
export const TenantRuledOut = defineError(
  'TENANT_RULED_OUT',
  'This tenant is not affected: it gets no notice unless its scope is LIKELY or CONFIRMED.',
);
export const HoldActive = defineError(
  'HOLD_ACTIVE',
  'An active hold stops this; the details name it. The incident manager releases it first.',
);
export const HoldStateRefused = defineError(
  'HOLD_STATE_REFUSED',
  'The hold does not stand in the state this command starts from; the details name its state.',
);
export const HoldGroundNotAllowed = defineError(
  'HOLD_GROUND_NOT_ALLOWED',
  'A rule of these obligations does not let them be held on this ground; the details name the grounds that it lists.',
);
export const AffectedOthersRequired = defineError(
  'AFFECTED_OTHERS_REQUIRED',
  'Say which other customers a notice would put at risk, and how.',
);
export const ReviewTooFar = defineError(
  'REVIEW_TOO_FAR',
  'A hold is reviewed within 24 hours; the details name the latest instant. Renew it then, if it is still needed.',
);
export const WrongApprover = defineError(
  'WRONG_APPROVER',
  'You are no member of the incident in this role, or its approval is not needed any more; the details name those that are.',
);
export const NothingToHold = defineError(
  'NOTHING_TO_HOLD',
  'These obligations are met or cancelled, so there is nothing to hold; the details name them.',
);

import { defineError } from '@tocsin/errors';

export const SignalTooLarge = defineError(
  'SIGNAL_TOO_LARGE',
  'The signal is too large: 256 KB for an event, 64 KB for a report. Send the essential part and a reference.',
);
export const SignalRefConflict = defineError(
  'SIGNAL_REF_CONFLICT',
  'A signal with this reference but other content is already stored. Give another event another id.',
);
export const SignalSourceNotYours = defineError(
  'SIGNAL_SOURCE_NOT_YOURS',
  'Your role may not record signals of this source; the details name those it may.',
);
export const DetectionNotOpen = defineError(
  'DETECTION_NOT_OPEN',
  'Only an open detection can be promoted or dismissed.',
);
export const DetectionState = defineError(
  'DETECTION_STATE',
  'Only a detection that was set aside can be opened again; the details name its state.',
);
export const DetectionOpenAlready = defineError(
  'DETECTION_OPEN_ALREADY',
  'Another detection of the same is open already; the details name it.',
);
export const TuningTaskStateRefused = defineError(
  'TUNING_TASK_STATE',
  'The tuning task is not in the state for this; the details name its state.',
);
export const CustomerRealmOnly = defineError(
  'CUSTOMER_REALM_ONLY',
  "The detection lies wholly in the customer's realm; it is the customer's to handle and opens no incident.",
);
export const RuleInvalid = defineError(
  'RULE_INVALID',
  'A detection rule or a filter is not valid, or uses what is not supported; the details list every reason.',
);
export const BatchUnreadable = defineError(
  'BATCH_UNREADABLE',
  'The body is not well-formed UTF-8 JSON, or not a CloudEvent or a list of 1 to 500 of them.',
);
export const BatchTooLarge = defineError('BATCH_TOO_LARGE', 'The body has more than 4 MB. Send smaller batches.');
export const MediaTypeUnknown = defineError(
  'MEDIA_TYPE_UNKNOWN',
  'Send application/cloudevents+json or application/cloudevents-batch+json, in UTF-8 and not compressed.',
);
export const ExerciseNotRunning = defineError(
  'EXERCISE_NOT_RUNNING',
  'The signal names an exercise that is unknown or did not run when it was observed. If it was started just now, send it again.',
);
export const SuppressionStateRefused = defineError(
  'SUPPRESSION_STATE',
  'The suppression is not in the state for this; the details name its state.',
);
export const OwnerRequired = defineError('OWNER_REQUIRED', 'Name who answers for the suppression.');
export const ExpiryRequired = defineError(
  'EXPIRY_REQUIRED',
  'Say until when it acts: in the future, and at most as many days ahead as the details name.',
);
export const ReplayRequired = defineError(
  'REPLAY_REQUIRED',
  'The filter must be replayed on history first, as it is now and not long ago; the details say what is missing.',
);
export const HidesTruePositives = defineError(
  'HIDES_TRUE_POSITIVES',
  'On history the filter hides what led to real incidents; the details say how many. Make it narrower.',
);

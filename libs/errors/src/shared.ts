import { defineError } from './domain-error.ts';

/* The codes any command or query may answer with (`domain.md` section 2, `house.md` section 7). */

export const Unauthenticated = defineError(
  'UNAUTHENTICATED',
  'Send a valid access token: Authorization: Bearer <token>.',
);
export const Forbidden = defineError('FORBIDDEN', 'Your role may not do this.');
export const NotFound = defineError('NOT_FOUND', 'There is no such object, or it is not yours to see.');
export const InvalidInput = defineError(
  'INVALID_INPUT',
  'The input is not valid; the details name the field and the reason.',
);
export const ConcurrentChange = defineError(
  'CONCURRENT_CHANGE',
  'The object has changed since you read it. Read it again and repeat the command with its present version.',
);
export const IdempotencyKeyReused = defineError(
  'IDEMPOTENCY_KEY_REUSED',
  'This idempotency key was used with another command or input. Use a new key for a new command.',
);
export const RateLimited = defineError('RATE_LIMITED', 'Too many requests. Wait for the time that Retry-After names.');
export const ReasonRequired = defineError('REASON_REQUIRED', 'Give the reason for this decision.');
export const RootCauseRequired = defineError('ROOT_CAUSE_REQUIRED', 'Name the root cause of the false positive.');
export const EvidenceRequired = defineError('EVIDENCE_REQUIRED', 'Cite at least one evidence id of this incident.');
export const EvidenceUnknown = defineError(
  'EVIDENCE_UNKNOWN',
  'This evidence is not known for this incident. If it was added just now, repeat the command in a moment.',
);
export const TimeWithoutOffset = defineError(
  'TIME_WITHOUT_OFFSET',
  'Give the time with its offset from UTC, for example 2026-11-22T10:00:00Z or 2026-11-22T11:00:00+01:00.',
);
export const TimeOrderInvalid = defineError(
  'TIME_ORDER_INVALID',
  'The times contradict each other or lie in the future.',
);
export const SamePersonRefused = defineError('SAME_PERSON_REFUSED', 'Another person must do this.');
export const ExerciseIsolated = defineError(
  'EXERCISE_ISOLATED',
  'This belongs to an exercise and must not reach anybody outside it, nor mix with what is real. Fork a real finding.',
);
export const Unavailable = defineError(
  'UNAVAILABLE',
  'A part this needs is away for the moment. Nothing was changed; repeat the request with the same idempotency key.',
);

import { defineError } from '@tocsin/errors';

/* The refusals about auditors' grants. */

export const GrantTooLong = defineError(
  'GRANT_TOO_LONG',
  'An auditor is let in for at most 30 days at a time. Choose an earlier end.',
);
export const AuditGrantExpired = defineError(
  'AUDIT_GRANT_EXPIRED',
  'The grant to audit this incident is over: its time ran out, or it was revoked. Reading on needs a new one.',
);

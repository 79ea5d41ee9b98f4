import { z } from 'zod';
import { defineEvent } from './contract.ts';
import { aboutIncident, Id, Instant } from './vocabulary.ts';

export const AuditGranted = defineEvent({
  name: 'AuditGranted',
  version: 1,
  producer: 'incident',
  consumers: [],
  audience: 'confidential',
  description: 'An auditor may read the incident and its audit trail until then (R-76).',
  aggregate: 'auditGrant',
  data: z.object({ ...aboutIncident, grantId: Id, until: Instant }),
  keyOf: (data) => data.grantId,
});

export const AuditGrantRevoked = defineEvent({
  name: 'AuditGrantRevoked',
  version: 1,
  producer: 'incident',
  consumers: [],
  audience: 'confidential',
  description: 'The grant ended before its time.',
  aggregate: 'auditGrant',
  data: z.object({ ...aboutIncident, grantId: Id }),
  keyOf: (data) => data.grantId,
});

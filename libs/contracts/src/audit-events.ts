import { z } from 'zod';
import { defineEvent, serviceNames, type ServiceName } from './contract.ts';
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

/** The record key of each service's heads: they are one sequence, so they stay in one partition and in order. */
const auditTrailIds: Readonly<Record<ServiceName, string>> = {
  detection: 'c6d8a1e0-5f3b-4b7e-9c41-2e7f0a93d150',
  incident: 'c6d8a1e0-5f3b-4b7e-9c41-2e7f0a93d151',
  classification: 'c6d8a1e0-5f3b-4b7e-9c41-2e7f0a93d152',
  notification: 'c6d8a1e0-5f3b-4b7e-9c41-2e7f0a93d153',
};

const AuditHead = z.object({
  service: z.enum(serviceNames),
  /** 1, and one more for each head of the service. */
  n: z.int().positive(),
  /** Compact, `typ: tocsin-head+jwt`. */
  jws: z
    .string()
    .max(8_192)
    .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/),
});

const auditHeadSealed = <const P extends ServiceName>(producer: P) =>
  defineEvent({
    name: 'AuditHeadSealed',
    version: 1,
    producer,
    consumers: [],
    audience: 'internal',
    description:
      "Where the service's audit trail ended, sealed (S-40). Whoever keeps it outside the database can tell later that rows were cut off.",
    aggregate: 'auditTrail',
    data: AuditHead,
    keyOf: (data) => auditTrailIds[data.service],
  });

/** By the service that announces it; the data have one form. */
export const AuditHeadSealed = {
  detection: auditHeadSealed('detection'),
  incident: auditHeadSealed('incident'),
  classification: auditHeadSealed('classification'),
  notification: auditHeadSealed('notification'),
} as const;

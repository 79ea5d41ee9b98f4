import { z } from 'zod';
import { defineEvent } from './contract.ts';
import {
  aboutIncident,
  Crspi,
  CustomerDataRisk,
  DeclarationBasis,
  Domain,
  EventGround,
  FunctionalImpact,
  Id,
  InformationImpact,
  Instant,
  Level,
  Priority,
  Recoverability,
  RootCause,
  ScopeStatus,
  Severity,
} from './vocabulary.ts';

export const ImpactAssessed = defineEvent({
  name: 'ImpactAssessed',
  version: 1,
  producer: 'classification',
  consumers: ['incident'],
  audience: 'internal',
  description: 'The three impacts were rated; severity and priority follow from them (R-40).',
  aggregate: 'classification',
  data: z.object({
    ...aboutIncident,
    functional: FunctionalImpact,
    information: z.array(InformationImpact).min(1),
    recoverability: Recoverability,
    customerDataRisk: CustomerDataRisk,
    severity: Severity,
    priority: Priority,
    roundTheClock: z.boolean(),
  }),
  keyOf: (data) => data.incidentId,
});

export const IncidentClassified = defineEvent({
  name: 'IncidentClassified',
  version: 1,
  producer: 'classification',
  consumers: ['incident', 'detection'],
  audience: 'internal',
  description: 'The level, domains and ground were decided on evidence; both label sets are derived (R-45).',
  aggregate: 'classification',
  data: z.object({
    ...aboutIncident,
    level: Level,
    domains: z.array(Domain),
    eventGround: EventGround.optional(),
    crspi: Crspi,
    labelA: z.string().optional(),
    labelB: z.string().optional(),
    /** Of a false positive. */
    rootCause: RootCause.optional(),
  }),
  keyOf: (data) => data.incidentId,
});

export const SuspicionChanged = defineEvent({
  name: 'SuspicionChanged',
  version: 1,
  producer: 'classification',
  consumers: ['incident', 'notification'],
  audience: 'internal',
  description:
    'Gate G1: the team believes that customer data may be exposed, and customer notification is prepared (R-26); or it no longer does.',
  aggregate: 'classification',
  data: z.object({ ...aboutIncident, active: z.boolean() }),
  keyOf: (data) => data.incidentId,
});

export const CrspiDeclared = defineEvent({
  name: 'CrspiDeclared',
  version: 1,
  producer: 'classification',
  consumers: ['incident', 'notification'],
  audience: 'internal',
  description:
    'Gate G3: a Customer Reportable Security or Privacy Incident was declared; the contract clock starts (R-50, R-84).',
  aggregate: 'classification',
  data: z.object({
    ...aboutIncident,
    basis: z.array(DeclarationBasis).min(1),
    domains: z.array(Domain),
    declaredAt: Instant,
  }),
  keyOf: (data) => data.incidentId,
});

export const CrspiDeclined = defineEvent({
  name: 'CrspiDeclined',
  version: 1,
  producer: 'classification',
  consumers: ['incident'],
  audience: 'internal',
  description: 'It was considered and decided that the incident is not customer reportable (R-50).',
  aggregate: 'classification',
  data: z.object({ ...aboutIncident }),
  keyOf: (data) => data.incidentId,
});

export const CrspiRetracted = defineEvent({
  name: 'CrspiRetracted',
  version: 1,
  producer: 'classification',
  consumers: ['incident', 'notification'],
  audience: 'internal',
  description:
    'The declaration was taken back, and with it the suspicion and the authorisation to execute; every notice that was sent is withdrawn (I-7).',
  aggregate: 'classification',
  data: z.object({ ...aboutIncident }),
  keyOf: (data) => data.incidentId,
});

export const ExecutionAuthorized = defineEvent({
  name: 'ExecutionAuthorized',
  version: 1,
  producer: 'classification',
  consumers: ['notification'],
  audience: 'internal',
  description: 'Gate G4: a reportable event is established beyond reasonable doubt; notices may be sent (R-53).',
  aggregate: 'classification',
  data: z.object({ ...aboutIncident }),
  keyOf: (data) => data.incidentId,
});

export const ScopeChanged = defineEvent({
  name: 'ScopeChanged',
  version: 1,
  producer: 'classification',
  consumers: ['notification'],
  audience: 'internal',
  description: 'It was decided whether and how a tenant is affected (R-81).',
  aggregate: 'classification',
  data: z.object({
    ...aboutIncident,
    tenantId: Id,
    subscriptionIds: z.array(Id),
    status: ScopeStatus,
    dataCategories: z.array(z.string().max(64)),
    subjects: z.int().nonnegative().optional(),
    records: z.int().nonnegative().optional(),
  }),
  keyOf: (data) => data.incidentId,
});

import { z } from 'zod';
import { defineEvent } from './contract.ts';
import {
  aboutIncident,
  ActorRole,
  Art34Ground,
  BreachAnswer,
  BreachType,
  ConflictKind,
  Id,
  Instant,
  Verdict,
} from './vocabulary.ts';

/* What classification announces about a personal data breach, and about decisions that contradict each other. */

export const LegalAwarenessRecorded = defineEvent({
  name: 'LegalAwarenessRecorded',
  version: 1,
  producer: 'classification',
  consumers: [],
  audience: 'internal',
  description:
    'Gate G2: since when it is reasonably certain, in this part, that personal data were compromised (EDPB 9/2022 §31); `corrects` is the instant recorded before.',
  aggregate: 'classification',
  data: z.object({ ...aboutIncident, actorRole: ActorRole, awareAt: Instant, corrects: Instant.optional() }),
  keyOf: (data) => data.incidentId,
});

export const PersonalDataBreachDecided = defineEvent({
  name: 'PersonalDataBreachDecided',
  version: 1,
  producer: 'classification',
  consumers: [],
  audience: 'internal',
  description:
    'It was decided, in this part, whether there is a personal data breach, and of what (GDPR article 4(12)).',
  aggregate: 'classification',
  data: z.object({ ...aboutIncident, actorRole: ActorRole, value: BreachAnswer, breachTypes: z.array(BreachType) }),
  keyOf: (data) => data.incidentId,
});

export const RiskVerdictDecided = defineEvent({
  name: 'RiskVerdictDecided',
  version: 1,
  producer: 'classification',
  consumers: [],
  audience: 'internal',
  description:
    'It was decided, in this part, how likely the breach is to harm people (GDPR articles 33, 34; I-22, I-23).',
  aggregate: 'classification',
  data: z.object({ ...aboutIncident, actorRole: ActorRole, verdict: Verdict, art34Ground: Art34Ground.optional() }),
  keyOf: (data) => data.incidentId,
});

export const ConflictChanged = defineEvent({
  name: 'ConflictChanged',
  version: 2,
  reads: [1],
  producer: 'classification',
  consumers: ['incident'],
  audience: 'internal',
  description: 'Two decisions contradict each other, or no longer do.',
  aggregate: 'classification',
  data: z.object({ ...aboutIncident, conflictId: Id, kind: ConflictKind, open: z.boolean() }),
  keyOf: (data) => data.incidentId,
});

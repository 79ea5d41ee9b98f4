import {
  CustomerDataRisk,
  DeclarationBasis,
  EventGround,
  FunctionalImpact,
  InformationImpact,
  Recoverability,
  Responsibility,
  RootCause,
  ScopeStatus,
  Stage,
  type Domain,
} from '@tocsin/contracts';
import fc from 'fast-check';
import type {
  AffectedScope,
  ClassifyOrder,
  DeclareOrder,
  KnownIncident,
  LegalAdvice,
} from '../domain/classification.ts';
import type { Impacts } from '../domain/severity.ts';
import { known } from './a-classification.ts';
import { breachCommand } from './breach-stories.ts';
import type { Command } from './classification-rules.ts';

/* Stories for the properties: any decision about any incident. */

const subscriptions = ['5b000000-0000-4000-8000-000000000001', '5b000000-0000-4000-8000-000000000002'];
const one = <const T>(value: T) => fc.constant(value);

export const impacts: fc.Arbitrary<Impacts> = fc.record({
  functional: fc.constantFrom(...FunctionalImpact.options),
  information: fc.uniqueArray(fc.constantFrom(...InformationImpact.options), { minLength: 1 }),
  recoverability: fc.constantFrom(...Recoverability.options),
  customerDataRisk: fc.constantFrom(...CustomerDataRisk.options),
});
export const rateable = impacts.filter(({ information }) => !information.includes('NONE') || information.length === 1);

const incident: fc.Arbitrary<KnownIncident> = fc
  .record({ stage: fc.constantFrom(...Stage.options), responsibility: fc.constantFrom(...Responsibility.options) })
  .map(known);

const classifyOrder = (domains: fc.Arbitrary<Domain[]>): fc.Arbitrary<ClassifyOrder> =>
  fc.record({
    level: fc.constantFrom('EVENT', 'INCIDENT', 'FALSE_POSITIVE'),
    domains,
    eventGround: fc.option(fc.constantFrom(...EventGround.options)),
    rootCause: fc.option(fc.constantFrom(...RootCause.options)),
  });

const advice: fc.Arbitrary<LegalAdvice> = fc.record({
  legalAdviserId: one('user:leo'),
  isLegalMember: fc.oneof({ weight: 4, arbitrary: one(true) }, one(false)),
});
const declareOrder: fc.Arbitrary<DeclareOrder> = fc
  .record({ basis: fc.subarray([...DeclarationBasis.options]), advised: advice })
  .map(({ basis, advised }) => ({ basis, ...advised }));

const affected: fc.Arbitrary<AffectedScope> = fc.record(
  {
    tenantId: fc.constantFrom('7e000000-0000-4000-8000-000000000001', '7e000000-0000-4000-8000-000000000002'),
    subscriptionIds: fc.subarray(subscriptions),
    status: fc.constantFrom(...ScopeStatus.options),
    dataCategories: fc.subarray(['E-mail']),
    subjects: fc.constantFrom(0, 6_000, 12_000),
    flowLogRefs: fc.subarray(['flow/17']),
  },
  { requiredKeys: ['tenantId', 'subscriptionIds', 'status', 'dataCategories', 'flowLogRefs'] },
);
const knownSubscriptions = fc.constantFrom(subscriptions, subscriptions, subscriptions.slice(1), null);

const command = (domains: fc.Arbitrary<Domain[]>): fc.Arbitrary<Command> =>
  fc.oneof(
    fc.record({ do: one('assess'), impacts }),
    { weight: 3, arbitrary: fc.record({ do: one('classify'), order: classifyOrder(domains) }) },
    fc.record({ do: one('suspect'), incident }),
    fc.record({ do: one('declare'), incident, order: declareOrder }),
    fc.record({ do: one('retract'), advice }),
    fc.record({ do: one('authorize') }),
    fc.record({ do: one('scope'), order: affected, subscriptionIds: knownSubscriptions }),
    { weight: 3, arbitrary: breachCommand },
  );
const told = (commands: fc.Arbitrary<Command>): fc.Arbitrary<Command[]> =>
  fc.array(commands, { minLength: 5, maxLength: 25, size: 'max' });

/** What is decided about one incident, of these domains. */
export const story = (domains: fc.Arbitrary<Domain[]>): fc.Arbitrary<Command[]> => told(command(domains));
const anyDomains = fc.subarray<Domain>(['SECURITY', 'PRIVACY']);
export const anyStory = story(anyDomains);
/** Mostly about a breach and its risk to people. */
export const breachStory = told(
  fc.oneof({ weight: 3, arbitrary: breachCommand }, { weight: 2, arbitrary: command(anyDomains) }),
);

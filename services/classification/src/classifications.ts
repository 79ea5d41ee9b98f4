import { randomUUID } from 'node:crypto';
import { can, mustBeAllowed, type Operation } from '@tocsin/access';
import {
  CustomerDataRisk,
  DeclarationBasis,
  Domain,
  EventGround,
  FunctionalImpact,
  InformationImpact,
  Level,
  Recoverability,
  RootCause,
  ScopeStatus,
} from '@tocsin/contracts';
import { expectVersion, type Transaction } from '@tocsin/database';
import { EvidenceRequired, EvidenceUnknown, NotFound, ReasonRequired } from '@tocsin/errors';
import { z } from 'zod';
import { commitReviewed } from './conflicts.ts';
import {
  assess,
  authorize,
  classify,
  declare,
  scope,
  type Act,
  type AffectedScope,
  type Classification,
} from './domain/classification.ts';
import { decline, standDown, suspect } from './domain/consideration.ts';
import { retract } from './domain/retraction.ts';
import { classificationStore } from './store/classification-store.ts';
import { findTenant, lockIncident, knownEvidence, rolesIn } from './store/known-facts-store.ts';

/* The decisions about an incident. Every one has a reason and cites evidence of that incident (R-44, I-1). */

/** What every decision says. */
export const Decided = z.object({
  incidentId: z.uuid(),
  expectedVersion: z.int().nonnegative(),
  reason: z.string().max(16_384),
  evidenceIds: z.array(z.uuid()).max(500),
});
type Decided = z.infer<typeof Decided>;

/** Load, may I, on what evidence. */
export async function begin(
  tx: Transaction,
  operation: Operation,
  order: Decided,
): Promise<{ state: Classification; act: Act }> {
  const memberAs = await rolesIn(tx, order.incidentId, tx.by.id);
  mustBeAllowed(tx.by, operation, { memberAs });
  const state = await classificationStore(tx).get(order.incidentId);
  expectVersion(state, order.expectedVersion);
  if (order.reason.trim() === '') throw ReasonRequired();
  await mustBeEvidence(tx, order);
  const role = memberAs.find((candidate) => tx.by.roles.includes(candidate)) ?? 'MEMBER';
  const { reason, evidenceIds } = order;
  return { state, act: { by: tx.by.id, role, now: tx.now, decisionId: randomUUID(), reason, evidenceIds } };
}

async function mustBeEvidence(tx: Transaction, { incidentId, evidenceIds }: Decided): Promise<void> {
  if (evidenceIds.length === 0) throw EvidenceRequired();
  const known = await knownEvidence(tx, incidentId, evidenceIds);
  const unknown = evidenceIds.filter((id) => !known.has(id));
  if (unknown.length > 0) throw EvidenceUnknown({ evidenceIds: unknown });
}

/** What is rated, as it is asked for: by a decision and by a preview. */
export const ImpactsInput = z.object({
  functional: FunctionalImpact,
  information: z.array(InformationImpact).min(1),
  recoverability: Recoverability,
  customerDataRisk: CustomerDataRisk,
});

const AssessOrder = Decided.extend(ImpactsInput.shape);

export async function assessImpact(tx: Transaction, input: z.input<typeof AssessOrder>): Promise<Classification> {
  const order = AssessOrder.parse(input);
  const { state, act } = await begin(tx, 'assess', order);
  return commitReviewed(tx, assess(state, order, act));
}

const ClassifyOrder = Decided.extend({
  level: Level.exclude(['UNCLASSIFIED']),
  domains: z.array(Domain),
  eventGround: EventGround.nullish(),
  rootCause: RootCause.nullish(),
});

export async function classifyIncident(tx: Transaction, input: z.input<typeof ClassifyOrder>): Promise<Classification> {
  const { eventGround = null, rootCause = null, ...order } = ClassifyOrder.parse(input);
  const { state, act } = await begin(tx, 'classify', order);
  return commitReviewed(tx, classify(state, { ...order, eventGround, rootCause }, act));
}

export async function recordSuspicion(tx: Transaction, input: z.input<typeof Decided>): Promise<Classification> {
  const order = Decided.parse(input);
  const { state, act } = await begin(tx, 'recordSuspicion', order);
  const incident = await lockIncident(tx, state.id);
  return commitReviewed(tx, suspect(state, incident, act), incident);
}

export async function standDownSuspicion(tx: Transaction, input: z.input<typeof Decided>): Promise<Classification> {
  const { state, act } = await begin(tx, 'standDown', Decided.parse(input));
  return commitReviewed(tx, standDown(state, act));
}

const AdvisedOrder = Decided.extend({ legalAdviserId: z.string().max(200) });
type AdvisedOrder = z.infer<typeof AdvisedOrder>;

const isLegalMember = async (tx: Transaction, { incidentId, legalAdviserId }: AdvisedOrder): Promise<boolean> =>
  (await rolesIn(tx, incidentId, legalAdviserId)).includes('LEGAL');

const DeclareOrder = AdvisedOrder.extend({ basis: z.array(DeclarationBasis) });

export async function declareCrspi(tx: Transaction, input: z.input<typeof DeclareOrder>): Promise<Classification> {
  const order = DeclareOrder.parse(input);
  const { state, act } = await begin(tx, 'declareCrspi', order);
  const advised = { ...order, isLegalMember: await isLegalMember(tx, order) };
  const incident = await lockIncident(tx, state.id);
  return commitReviewed(tx, declare(state, incident, advised, act), incident);
}

export async function declineCrspi(tx: Transaction, input: z.input<typeof AdvisedOrder>): Promise<Classification> {
  const order = AdvisedOrder.parse(input);
  const { state, act } = await begin(tx, 'declineCrspi', order);
  const advised = { ...order, isLegalMember: await isLegalMember(tx, order) };
  return commitReviewed(tx, decline(state, advised, act));
}

export async function retractDeclaration(
  tx: Transaction,
  input: z.input<typeof AdvisedOrder>,
): Promise<Classification> {
  const order = AdvisedOrder.parse(input);
  const { state, act } = await begin(tx, 'retractDeclaration', order);
  const advised = { ...order, isLegalMember: await isLegalMember(tx, order) };
  return commitReviewed(tx, retract(state, advised, act));
}

export async function authorizeExecution(tx: Transaction, input: z.input<typeof Decided>): Promise<Classification> {
  const { state, act } = await begin(tx, 'authorizeExecution', Decided.parse(input));
  return commitReviewed(tx, authorize(state, act));
}

const ScopeOrder = Decided.extend({
  tenantId: z.uuid(),
  subscriptionIds: z.array(z.uuid()).max(500),
  status: ScopeStatus,
  dataCategories: z.array(z.string().max(64)).max(50),
  subjects: z.int().nonnegative().nullish(),
  records: z.int().nonnegative().nullish(),
  flowLogRefs: z.array(z.string().max(500)).max(100),
});

export async function setScope(tx: Transaction, input: z.input<typeof ScopeOrder>): Promise<Classification> {
  const { subjects, records, ...order } = ScopeOrder.parse(input);
  const { state, act } = await begin(tx, 'setScope', order);
  const { tenantId, subscriptionIds, status, dataCategories, flowLogRefs } = order;
  const counts = { ...(subjects != null && { subjects }), ...(records != null && { records }) };
  const affected: AffectedScope = { tenantId, subscriptionIds, status, dataCategories, flowLogRefs, ...counts };
  const tenant = await findTenant(tx, tenantId);
  return commitReviewed(tx, scope(state, affected, tenant?.subscriptionIds ?? null, act));
}

/** Null for whoever may not see it: the same as for an incident that does not exist. */
export async function findClassification(tx: Transaction, incidentId: string): Promise<Classification | null> {
  if (!can(tx.by, 'read:classification', { memberAs: await rolesIn(tx, incidentId, tx.by.id) })) return null;
  return classificationStore(tx).find(incidentId);
}

/** The state after a command of one's own. */
export async function getClassification(tx: Transaction, incidentId: string): Promise<Classification> {
  const classification = await findClassification(tx, incidentId);
  if (classification === null) throw NotFound();
  return classification;
}

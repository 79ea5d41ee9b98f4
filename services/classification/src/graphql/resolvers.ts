import { decisionsOf, type Transaction } from '@tocsin/database';
import type { RequestContext, Resolvers } from '@tocsin/subgraph';
import {
  assessImpact,
  authorizeExecution,
  classifyIncident,
  declareCrspi,
  declineCrspi,
  findClassification,
  getClassification,
  recordSuspicion,
  retractDeclaration,
  setScope,
  standDownSuspicion,
} from '../classifications.ts';
import type { AffectedScope, Classification } from '../domain/classification.ts';
import { labelsOf } from '../domain/labels.ts';
import { listDecisions, type Told } from '../history.ts';
import { previewResolvers } from './preview.ts';

export const loaders = () => ({});

type Context = RequestContext<Record<string, never>>;

/** A mutation that runs one use case and answers with the state after it. */
const mutation =
  <I>(name: string, useCase: (tx: Transaction, input: I) => Promise<Classification>) =>
  (_: unknown, { input }: { readonly input: I & { readonly idempotencyKey: string } }, { command }: Context) =>
    command(name, input, async (tx) => ({ incidentId: (await useCase(tx, input)).id }));

export const resolvers: Resolvers<Context> = {
  Query: {
    ...previewResolvers['Query'],
    classification: (_: unknown, { incidentId }: { incidentId: string }, { read }) =>
      read((tx) => findClassification(tx, incidentId)),
  },
  Mutation: {
    assess: mutation('assess', assessImpact),
    classify: mutation('classify', classifyIncident),
    recordSuspicion: mutation('recordSuspicion', recordSuspicion),
    standDown: mutation('standDown', standDownSuspicion),
    declareCrspi: mutation('declareCrspi', declareCrspi),
    declineCrspi: mutation('declineCrspi', declineCrspi),
    retractDeclaration: mutation('retractDeclaration', retractDeclaration),
    authorizeExecution: mutation('authorizeExecution', authorizeExecution),
    setScope: mutation('setScope', setScope),
  },
  ClassificationPayload: {
    classification: ({ incidentId }: { incidentId: string }, _: unknown, { read }) =>
      read((tx) => getClassification(tx, incidentId)),
  },
  Incident: {
    __resolveReference: ({ id }: { id: string }) => ({ id }),
    classification: ({ id }: { id: string }, _: unknown, { read }) => read((tx) => findClassification(tx, id)),
  },
  Classification: {
    labelA: (classification: Classification) => labelsOf(classification).labelA,
    labelB: (classification: Classification) => labelsOf(classification).labelB,
    decisions: ({ id }: Classification, _: unknown, { read }) => read((tx) => decisionsOf(tx, 'classification', id)),
    assessments: ({ id }: Classification, _: unknown, { read }) => read((tx) => listDecisions(tx, id, 'assessment')),
    levelDecisions: ({ id }: Classification, _: unknown, { read }) =>
      read((tx) => listDecisions(tx, id, 'classification')),
    scopeDecisions: async ({ id }: Classification, { tenantId }: { tenantId?: string | null }, { read }) => {
      const decisions = await read((tx) => listDecisions(tx, id, 'scope'));
      return decisions.filter((decision) => tenantId == null || decision.tenantId === tenantId);
    },
  },
  ScopeDecision: { tenant: ({ tenantId }: Told<'scope'>) => ({ id: tenantId }) },
  AffectedScope: { tenant: ({ tenantId }: AffectedScope) => ({ id: tenantId }) },
};

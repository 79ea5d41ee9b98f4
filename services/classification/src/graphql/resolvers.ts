import { decisionsOf } from '@tocsin/database';
import type { Resolvers } from '@tocsin/subgraph';
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
import { breachAssessmentResolvers } from './breach-assessment.ts';
import { mutation, type Context } from './mutation.ts';
import { previewResolvers } from './preview.ts';

export const loaders = () => ({});

export const resolvers: Resolvers<Context> = {
  ...breachAssessmentResolvers,
  Query: {
    ...previewResolvers['Query'],
    ...breachAssessmentResolvers['Query'],
    classification: (_: unknown, { incidentId }: { incidentId: string }, { read }) =>
      read((tx) => findClassification(tx, incidentId)),
  },
  Mutation: {
    ...breachAssessmentResolvers['Mutation'],
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
    ...breachAssessmentResolvers['Classification'],
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

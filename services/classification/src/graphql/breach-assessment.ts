import type { Resolvers } from '@tocsin/subgraph';
import {
  closestCases,
  decideBreach,
  decideRiskVerdict,
  listLookAlikes,
  recordLegalAwareness,
} from '../breach-assessments.ts';
import { awareToDeclaredSeconds, type Awareness } from '../domain/awareness.ts';
import type { BreachAssessment } from '../domain/breach-assessment.ts';
import type { Classification } from '../domain/classification.ts';
import { listDecisions } from '../history.ts';
import { mutation, type Context } from './mutation.ts';

/** One part's, and of which incident. */
type Of<T> = T & { readonly incidentId: string };

/** The decisions of one kind in one part, oldest first. */
const ofPart =
  <K extends 'awareness' | 'personalDataBreach' | 'verdict'>(kind: K) =>
  async ({ incidentId, actorRole }: Of<Pick<Awareness, 'actorRole'>>, _: unknown, { read }: Context) =>
    (await read((tx) => listDecisions(tx, incidentId, kind))).filter((decision) => decision.actorRole === actorRole);

/** A field of the verdict that stands. */
const judged =
  <K extends keyof NonNullable<BreachAssessment['judgement']>>(field: K) =>
  ({ judgement }: BreachAssessment) =>
    judgement?.[field] ?? null;

/** What a breach means in law, its commands, and the cases it looks like. */
export const breachAssessmentResolvers: Resolvers<Context> = {
  Query: {
    lookAlikeCases: (_: unknown, args: Parameters<typeof listLookAlikes>[1], { by }) => listLookAlikes(by, args),
  },
  Mutation: {
    recordAwareness: mutation('recordAwareness', recordLegalAwareness),
    decidePersonalDataBreach: mutation('decidePersonalDataBreach', decideBreach),
    decideVerdict: mutation('decideVerdict', decideRiskVerdict),
  },
  Classification: {
    awareness: ({ id, awareness }: Classification) => awareness.map((one) => ({ ...one, incidentId: id })),
    awareToDeclaredSeconds: (classification: Classification) => awareToDeclaredSeconds(classification),
    breachAssessments: ({ id, breachAssessments }: Classification) =>
      breachAssessments.map((one) => ({ ...one, incidentId: id })),
  },
  Awareness: { decisions: ofPart('awareness') },
  BreachAssessment: {
    inputs: judged('inputs'),
    proposal: judged('proposal'),
    enisa: judged('enisa'),
    verdict: judged('verdict'),
    art34Ground: judged('art34Ground'),
    breachDecisions: ofPart('personalDataBreach'),
    verdictDecisions: ofPart('verdict'),
    lookAlikeCases: ({ judgement }: BreachAssessment, { first }: { first: number }) =>
      judgement === null ? [] : closestCases(judgement.inputs, first),
  },
};

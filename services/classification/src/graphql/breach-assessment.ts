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
import { listDecisions, type Told } from '../history.ts';
import { mutation, type Context } from './mutation.ts';

type Kind = 'awareness' | 'personalDataBreach' | 'verdict';

/** One part's, and the decisions of its incident. */
type Of<T> = T & { readonly decisions: <K extends Kind>(kind: K) => Promise<readonly Told<K>[]> };

/** The decisions of an incident, each kind read once, when the first of its parts is asked for. */
function decisionsOf(incidentId: string, { read }: Context): Of<unknown>['decisions'] {
  const asked = new Map<Kind, Promise<readonly unknown[]>>();
  return <K extends Kind>(kind: K) => {
    const decisions = asked.get(kind) ?? read((tx) => listDecisions(tx, incidentId, kind));
    asked.set(kind, decisions);
    return decisions as Promise<readonly Told<K>[]>;
  };
}

/** The parts of an incident, with a way to their decisions. */
const withDecisions = <T extends object>(parts: readonly T[], incidentId: string, context: Context): Of<T>[] => {
  const decisions = decisionsOf(incidentId, context);
  return parts.map((part) => ({ ...part, decisions }));
};

/** The decisions of one kind in one part, oldest first. */
const ofPart =
  <K extends Kind>(kind: K) =>
  async ({ decisions, actorRole }: Of<Pick<Awareness, 'actorRole'>>) =>
    (await decisions(kind)).filter((decision) => decision.actorRole === actorRole);

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
    awareness: ({ id, awareness }: Classification, _: unknown, context) => withDecisions(awareness, id, context),
    awareToDeclaredSeconds: (classification: Classification) => awareToDeclaredSeconds(classification),
    breachAssessments: ({ id, breachAssessments }: Classification, _: unknown, context) =>
      withDecisions(breachAssessments, id, context),
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

import { mustBeAllowed, type Principal } from '@tocsin/access';
import { ActorRole, Art34Ground, BreachAnswer, BreachType, Verdict } from '@tocsin/contracts';
import { pageSize, type Transaction } from '@tocsin/database';
import { z } from 'zod';
import { begin, Decided } from './classifications.ts';
import { commitReviewed } from './conflicts.ts';
import { recordAwareness } from './domain/awareness.ts';
import { decidePersonalDataBreach } from './domain/breach-assessment.ts';
import type { Classification } from './domain/classification.ts';
import { decideVerdict } from './domain/deciding-verdict.ts';
import { EnisaFacts } from './domain/enisa.ts';
import { lookAlikes, type LookAlike } from './domain/look-alike.ts';
import { RiskInputs } from './domain/verdict.ts';
import { lockIncident } from './store/known-facts-store.ts';

/* What a breach means in law, in each part the provider has in it. */

const AwarenessOrder = Decided.extend({ actorRole: ActorRole, awareAt: z.date() });

export async function recordLegalAwareness(
  tx: Transaction,
  input: z.input<typeof AwarenessOrder>,
): Promise<Classification> {
  const order = AwarenessOrder.parse(input);
  const { state, act } = await begin(tx, 'recordAwareness', order);
  const incident = await lockIncident(tx, state.id);
  return commitReviewed(tx, recordAwareness(state, incident, order, act), incident);
}

const BreachOrder = Decided.extend({
  actorRole: ActorRole,
  value: BreachAnswer,
  breachTypes: z.array(BreachType).max(10),
});

export async function decideBreach(tx: Transaction, input: z.input<typeof BreachOrder>): Promise<Classification> {
  const order = BreachOrder.parse(input);
  const { state, act } = await begin(tx, 'decidePersonalDataBreach', order);
  return commitReviewed(tx, decidePersonalDataBreach(state, order, act));
}

const orNull = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? null);
const text = orNull(z.string().max(16_384));

const VerdictOrder = Decided.extend({
  actorRole: ActorRole,
  inputs: RiskInputs,
  verdict: Verdict,
  art34Ground: orNull(Art34Ground),
  rationale: text,
  divergence: text,
  enisa: orNull(EnisaFacts),
});

export async function decideRiskVerdict(tx: Transaction, input: z.input<typeof VerdictOrder>): Promise<Classification> {
  const order = VerdictOrder.parse(input);
  const { state, act } = await begin(tx, 'decideVerdict', order);
  const incident = await lockIncident(tx, state.id);
  return commitReviewed(tx, decideVerdict(state, incident, order, act), incident);
}

/** The published cases that are most like these inputs, of no incident. Errors: FORBIDDEN, INVALID_INPUT. */
export function listLookAlikes(
  by: Principal,
  { input, first }: { readonly input: z.input<typeof RiskInputs>; readonly first: number },
): readonly LookAlike[] {
  mustBeAllowed(by, 'read:lookAlikeCase');
  return closestCases(RiskInputs.parse(input), first);
}

/** To what was judged already, for whoever may see it. Errors: INVALID_INPUT. */
export const closestCases = (inputs: RiskInputs, first: number): readonly LookAlike[] =>
  lookAlikes(inputs).slice(0, pageSize({ first }));

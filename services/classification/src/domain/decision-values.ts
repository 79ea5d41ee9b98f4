import type { ActorRole, Crspi, DeclarationBasis, Domain, EventGround, Level } from '@tocsin/contracts';
import type { BreachOrder, Judgement } from './breach-assessment.ts';
import type { AffectedScope } from './classification.ts';
import type { Impacts, Rating } from './severity.ts';

/** What each kind of decision says; stored with it, and read back as its history. */
export interface DecisionValues {
  readonly assessment: Impacts & Rating & { readonly roundTheClock: boolean };
  readonly classification: {
    readonly level: Level;
    readonly domains: readonly Domain[];
    readonly eventGround?: EventGround;
    readonly crspi: Crspi;
    readonly labelA?: string;
    readonly labelB?: string;
    /** A `RootCause`; words in decisions from before there was that list. */
    readonly rootCause?: string;
  };
  readonly suspicion: { readonly active: boolean };
  readonly declaration: {
    readonly basis: readonly DeclarationBasis[];
    readonly declaredAt: string;
    readonly legalAdviserId: string;
  };
  readonly refusal: { readonly legalAdviserId: string };
  readonly retraction: { readonly legalAdviserId: string };
  readonly execution: { readonly authorized: true };
  readonly scope: AffectedScope;
  readonly awareness: { readonly actorRole: ActorRole; readonly awareAt: string; readonly corrects?: string };
  readonly personalDataBreach: BreachOrder;
  readonly verdict: Omit<Judgement, 'circumstances'> & {
    readonly actorRole: ActorRole;
    readonly rationale: string | null;
    readonly divergence: string | null;
  };
}

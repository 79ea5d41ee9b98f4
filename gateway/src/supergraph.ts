import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { ApolloGateway, type GatewayConfig, type GraphQLDataSource } from '@apollo/gateway';
import type { Logger } from '@tocsin/runtime';

export interface SupergraphOptions {
  /** File of the composed schema; nothing is introspected. */
  readonly file: string;
  /** The source of a subgraph by its name in the schema. */
  readonly sourceOf: (subgraph: string) => GraphQLDataSource;
  readonly log: Logger;
}

type PlanHook = NonNullable<GatewayConfig['experimental_didResolveQueryPlan']>;

/** The gateway over a static supergraph. A changed file is taken over without dropping a request; a bad one is refused. */
export function createGateway({ file, sourceOf, log }: SupergraphOptions): ApolloGateway {
  return new ApolloGateway({
    supergraphSdl: ({ update }) => {
      const reload = (): void => {
        try {
          update(readFileSync(file, 'utf8'));
          log.info('the supergraph was read again');
        } catch (error) {
          log.error({ err: error }, 'the changed supergraph is not usable; the former one stays');
        }
      };
      watchFile(file, { interval: 1_000, persistent: false }, reload);
      const cleanup = (): Promise<void> => {
        unwatchFile(file, reload);
        return Promise.resolve();
      };
      return Promise.resolve({ supergraphSdl: readFileSync(file, 'utf8'), cleanup });
    },
    buildService: ({ name }) => sourceOf(name),
    experimental_didResolveQueryPlan: makeSubscriptionRunnable,
    queryPlannerConfig: { debug: { maxEvaluatedPlans: 1_000 } },
    logger: log,
  });
}

/**
 * The planner plans a subscription as {primary, rest}, which the executor refuses to run. For one event the primary is
 * an ordinary fetch from the `events` subgraph and the rest joins the others: a sequence. Plans are kept, so this may
 * meet a plan that was changed before.
 */
const makeSubscriptionRunnable: PlanHook = ({ queryPlan }) => {
  const { node } = queryPlan;
  if (node?.kind !== 'Subscription') return;
  const nodes = [node.primary, ...(node.rest === undefined ? [] : [node.rest])];
  Object.assign(queryPlan, { node: { kind: 'Sequence', nodes } });
};

import type { ApolloGateway } from '@apollo/gateway';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloArmor } from '@escape.tech/graphql-armor';
import type { Logger } from '@tocsin/runtime';
import type { GatewayContext } from './context.ts';
import type { MaskError } from './limits/mask-errors.ts';
import { operationLimits } from './limits/operation-limits.ts';
import type { RateLimit } from './limits/rate-limit.ts';
import { shapeRule } from './limits/shape-rule.ts';

export interface ApolloOptions {
  readonly gateway: ApolloGateway;
  /** The profile `open`: introspection, and full messages about an operation. Limits stay. */
  readonly isOpen: boolean;
  readonly rateLimit: RateLimit;
  readonly mask: MaskError;
  readonly log: Logger;
}

/** Apollo Server with the settings of `security.md` section 4; which of Armor's are left off, and why, stands there. */
export function createApolloServer({
  gateway,
  isOpen,
  rateLimit,
  mask,
  log,
}: ApolloOptions): ApolloServer<GatewayContext> {
  const armor = new ApolloArmor({
    maxDepth: { n: 10 },
    maxAliases: { n: 10, allowList: [] },
    maxDirectives: { n: 5 },
    blockFieldSuggestion: { enabled: !isOpen },
    maxTokens: { enabled: false },
    costLimit: { enabled: false },
  }).protect();
  return new ApolloServer<GatewayContext>({
    gateway,
    plugins: [
      ...(armor.plugins as unknown as ApolloServerPlugin<GatewayContext>[]),
      operationLimits(rateLimit),
      ...(isOpen ? [] : [oneRejection]),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
    validationRules: [shapeRule, ...armor.validationRules],
    validationOptions: { maxErrors: isOpen ? 20 : 1 },
    parseOptions: { maxLexicalTokens: 1_000 },
    maxRecursiveSelections: 2_000,
    introspection: isOpen,
    hideSchemaDetailsFromClientErrors: !isOpen,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    formatError: mask,
    logger: log,
    nodeEnv: 'production',
    stopOnTerminationSignals: false,
  });
}

/** However many mistakes an operation has, one rejection is told: their number and order describe the schema. */
const oneRejection: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse: ({ response: { body } }) => {
        if (body.kind !== 'single') return Promise.resolve();
        const { errors } = body.singleResult;
        const rejection = errors?.find(({ extensions }) => extensions?.['code'] === 'GRAPHQL_VALIDATION_FAILED');
        if (rejection !== undefined) body.singleResult.errors = [rejection];
        return Promise.resolve();
      },
    }),
};

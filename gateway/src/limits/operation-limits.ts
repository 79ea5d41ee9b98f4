import type { ApolloServerPlugin } from '@apollo/server';
import {
  getVariableValues,
  OperationTypeNode,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { InvalidInput, RateLimited } from '@tocsin/errors';
import type { GatewayContext } from '../context.ts';
import { CostExceeded, OperationNotSupported } from '../errors.ts';
import { costOf } from './cost.ts';
import { hasBoundedInput, inputLimits } from './input-limits.ts';
import type { RateLimit } from './rate-limit.ts';
import { refused, rejected } from './refused.ts';
import { fragmentsOf } from './shape.ts';

const maxObjects = 5_000;
/** Bounds what an operation may cost before anything is sent to a subgraph (`security.md` section 4). */
export const operationLimits = (rateLimit: RateLimit): ApolloServerPlugin<GatewayContext> => ({
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation: async ({ schema, document, operation, request, contextValue }) => {
        // Answered by the executor, which says what is missing.
        if (operation === undefined) return;
        if (operation.operation === OperationTypeNode.SUBSCRIPTION) throw refused(OperationNotSupported(), 400);
        if (!hasBoundedInput(document, request.variables)) throw refused(InvalidInput(inputLimits), 400);
        const cost = checkedCost(schema, document, operation, request.variables ?? {});
        const waitSeconds = await rateLimit(contextValue.principal, cost);
        if (waitSeconds !== undefined) throw refused(RateLimited(), 429, { 'retry-after': String(waitSeconds) });
      },
    }),
});

function checkedCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): number {
  const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
    maxErrors: 5,
  });
  if (errors !== undefined) throw rejected(errors.map(({ message }) => message).join(' '), 'BAD_USER_INPUT');
  const cost = costOf(schema, operation, fragmentsOf(document), coerced);
  if (cost > maxObjects) throw refused(CostExceeded({ maxObjects }), 400);
  return cost;
}

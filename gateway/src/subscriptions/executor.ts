import { createHash } from 'node:crypto';
import type { ApolloGateway } from '@apollo/gateway';
import { GraphQLError, parse, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import type { Principal } from '@tocsin/access';
import { NotFound } from '@tocsin/errors';
import type { Logger } from '@tocsin/runtime';
import type { GatewayContext } from '../context.ts';
import { operationsOf } from '../limits/shape.ts';

/** An operation ready to be run: parsed, validated, within the limits. */
export interface Prepared {
  readonly source: string;
  readonly document: DocumentNode;
  readonly operationName?: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface Executor {
  run(operation: Prepared, context: GatewayContext): Promise<ExecutionResult>;
  /** Whether this principal may see the incident now, by asking its owner as this principal. Throws if nobody can tell. */
  isVisible(incidentId: string, principal: Principal): Promise<boolean>;
}

type RequestContext = Parameters<ApolloGateway['executor']>[0];

/** Asks for an incident in the fewest words. */
export const visibility = 'query Visibility($id: ID!) { incident(id: $id) { id } }';

/** Runs operations through the gateway's own executor: the same plans, data sources and signed context as over HTTP. */
export function createExecutor(gateway: ApolloGateway, schema: () => GraphQLSchema, log: Logger): Executor {
  const run: Executor['run'] = async (operation, context) => {
    const { source, document, operationName, variables } = operation;
    const result = await gateway.executor({
      request: { query: source, operationName, variables },
      document,
      operation: operationsOf(document)[0],
      operationName: operationName ?? null,
      queryHash: createHash('sha256').update(source).digest('hex'),
      source,
      context,
      schema: schema(),
      logger: log,
      metrics: {},
    } as unknown as RequestContext);
    const { data, errors } = result as ExecutionResult;
    return { data: data ?? null, ...(errors !== undefined && { errors: errors.map(toGraphqlError) }) };
  };
  const visibilityDocument = parse(visibility);
  return {
    run,
    isVisible: async (id, principal) => {
      const operation = { source: visibility, document: visibilityDocument, variables: { id } };
      const { data, errors = [] } = await run(operation, { principal });
      const doubt = errors.find((error) => !isHidden(error));
      if (doubt !== undefined) throw doubt;
      return data?.['incident'] !== null && data?.['incident'] !== undefined;
    },
  };
}

/** The executor passes on whatever a data source has thrown. */
const toGraphqlError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError ? error : new GraphQLError('A subgraph failed.', { originalError: error as Error });

const isHidden = ({ extensions }: GraphQLError): boolean => extensions['code'] === NotFound.code;

import {
  getVariableValues,
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { OperationNotSupported } from '../errors.ts';
import { refused, rejected } from '../limits/refused.ts';
import { operationsOf, shapeOf } from '../limits/shape.ts';
import type { Prepared } from './executor.ts';

/** S-28. */
const most = { tokens: 200, depth: 5, selections: 200 };

/**
 * Makes of a subscribe message what may run on a socket: one subscription with one root field, small and valid.
 *
 * @throws GraphQLError, to be masked, with what is wrong.
 */
export function prepare(payload: SubscribePayload, schema: GraphQLSchema): Prepared {
  const document = parseBounded(payload.query);
  const [operation, ...others] = operationsOf(document);
  if (operation?.operation !== OperationTypeNode.SUBSCRIPTION || others.length > 0)
    throw refused(OperationNotSupported(), 400);
  const [root, ...more] = operation.selectionSet.selections;
  if (root?.kind !== Kind.FIELD || more.length > 0) throw refused(OperationNotSupported(), 400);
  const { depth, selections } = shapeOf(document);
  if (depth > most.depth || selections > most.selections) throw rejected('The subscription is too deep or too large.');
  const [invalid] = validate(schema, document, [...specifiedRules, NoSchemaIntrospectionCustomRule], { maxErrors: 1 });
  if (invalid !== undefined) throw rejected(invalid.message);
  const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], payload.variables ?? {}, {
    maxErrors: 1,
  });
  if (errors?.[0] !== undefined) throw rejected(errors[0].message, 'BAD_USER_INPUT');
  return { source: payload.query, document, operationName: operation.name?.value, variables: payload.variables ?? {} };
}

function parseBounded(source: string): DocumentNode {
  try {
    return parse(source, { maxLexicalTokens: most.tokens });
  } catch (error) {
    throw rejected(error instanceof GraphQLError ? error.message : 'Syntax error', 'GRAPHQL_PARSE_FAILED');
  }
}

/** The incident to which the subscription's one argument narrows it, if it does. */
export function incidentIdOf({ document, variables }: Prepared): string | undefined {
  const [root] = operationsOf(document)[0]?.selectionSet.selections ?? [];
  if (root?.kind !== Kind.FIELD) return undefined;
  const value = root.arguments?.find(({ name }) => name.value === 'incidentId')?.value;
  if (value?.kind === Kind.STRING || value?.kind === Kind.INT) return value.value;
  const given =
    value?.kind === Kind.VARIABLE ? (variables[value.name.value] ?? defaultOf(document, value.name.value)) : undefined;
  return typeof given === 'string' || typeof given === 'number' ? String(given) : undefined;
}

function defaultOf(document: DocumentNode, name: string): string | undefined {
  const definition = operationsOf(document)[0]?.variableDefinitions?.find(
    ({ variable }) => variable.name.value === name,
  );
  const value = definition?.defaultValue;
  return value?.kind === Kind.STRING || value?.kind === Kind.INT ? value.value : undefined;
}

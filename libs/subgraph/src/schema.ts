import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse, type GraphQLFieldResolver, type GraphQLScalarType, type GraphQLSchema } from 'graphql';
import { DateTime } from './date-time.ts';

/** Resolvers by type and field; `__resolveReference` answers for an entity that another subgraph mentions. */
export type Resolvers<C> = Readonly<Record<string, Readonly<Record<string, Resolver<C>>>>>;

// The arguments were checked against the schema by GraphQL before a resolver sees them; each resolver names their type.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Resolver<C> = GraphQLFieldResolver<any, C> | ((reference: any, context: C) => unknown);

/** The service's SDL: every file of the folder, joined, in the order of names. */
export function readSchema(directory: URL): string {
  const folder = fileURLToPath(directory);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => readFileSync(`${folder}/${file}`, 'utf8'))
    .join('\n');
}

/**
 * The executable subgraph.
 *
 * @throws Error if a resolver names a type or field that the schema lacks.
 */
export function buildSchema<C>(directory: URL, resolvers: Resolvers<C>): GraphQLSchema {
  const schema = buildSubgraphSchema({
    typeDefs: parse(readSchema(directory)),
    resolvers: { DateTime, ...resolvers } as unknown as Record<string, GraphQLScalarType>,
  });
  for (const [typeName, fields] of Object.entries(resolvers)) {
    const type = schema.getType(typeName);
    if (type === undefined) throw new Error(`Resolvers for ${typeName}, which the schema lacks.`);
    const known = 'getFields' in type ? type.getFields() : {};
    const stray = Object.keys(fields).find((field) => !field.startsWith('__') && !(field in known));
    if (stray !== undefined) throw new Error(`A resolver for ${typeName}.${stray}, which the schema lacks.`);
  }
  return schema;
}

export { createSubgraph, type SubgraphOptions } from './subgraph.ts';
export type { Read, RequestContext } from './context.ts';
export { createLoader } from './loader.ts';
export { parseDateTime } from './date-time.ts';
export { buildSchema, readSchema, type Resolvers } from './schema.ts';
export { errorFormatter } from './errors.ts';

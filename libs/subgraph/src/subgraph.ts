import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApolloServer, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
} from '@apollo/server/plugin/disabled';
import { bodyHash, contextHeader, contextVerifier, type Principal, type PublicJwks } from '@tocsin/access';
import type { Database } from '@tocsin/database';
import { DomainError } from '@tocsin/errors';
import {
  BodyTooLarge,
  createHealth,
  createHttpServer,
  readBody,
  type HttpServer,
  type Logger,
  type Metrics,
  type Part,
} from '@tocsin/runtime';
import { createContext, type Read, type RequestContext } from './context.ts';
import { errorFormatter } from './errors.ts';
import { buildSchema, type Resolvers } from './schema.ts';

export interface SubgraphOptions<L> {
  /** The subgraph's name, which the signed context must be addressed to. */
  readonly service: string;
  readonly db: Database;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly http: { readonly host: string; readonly port: number };
  /** The folder of the `.graphql` files. */
  readonly schemaDirectory: URL;
  readonly resolvers: Resolvers<RequestContext<L>>;
  readonly loaders: (read: Read) => L;
  /** The gateway's public keys. */
  readonly contextJwks: PublicJwks;
  /** The parts that /health/ready asks. */
  readonly parts: () => readonly Part[];
}

const bodyLimit = 256 * 1024;

/**
 * One service's GraphQL over HTTP, for the gateway alone: a request without a valid signed context is a bare 401, before
 * its body is read (S-20). On the same port: /health/live, /health/ready, /metrics.
 */
export function createSubgraph<L>(options: SubgraphOptions<L>): HttpServer {
  const { service, db, log, metrics, http, contextJwks } = options;
  const apollo = new ApolloServer<RequestContext<L>>({
    schema: buildSchema(options.schemaDirectory, options.resolvers),
    introspection: false,
    persistedQueries: false,
    csrfPrevention: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: errorFormatter(log),
    plugins: [ApolloServerPluginInlineTraceDisabled(), ApolloServerPluginCacheControlDisabled()],
  });
  const verify = contextVerifier(service, contextJwks);
  const health = createHealth(options.parts, metrics);
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (await health(request, response)) return;
    const asked = await authenticate(request, verify);
    if (asked === undefined) return void response.writeHead(401).end();
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: 'POST',
        headers: new HeaderMap([['content-type', 'application/json']]),
        search: '',
        body: asked.body,
      },
      context: () => Promise.resolve(createContext(db, asked.principal, options.loaders)),
    });
    const text = answer.body.kind === 'complete' ? answer.body.string : '';
    response.writeHead(answer.status ?? 200, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    });
    response.end(text);
  };
  const server = createHttpServer({ name: 'subgraph', ...http, log, handle });
  return {
    ...server,
    start: async () => {
      await apollo.start();
      await server.start();
    },
    stop: async () => {
      await server.stop();
      await apollo.stop();
    },
  };
}

/** Who asks, and the body he signed for; undefined if anything about it is wrong. */
async function authenticate(
  request: IncomingMessage,
  verify: ReturnType<typeof contextVerifier>,
): Promise<{ principal: Principal; body: unknown } | undefined> {
  const token = request.headers[contextHeader];
  try {
    if (request.method !== 'POST') return undefined;
    const claimed = await verify(typeof token === 'string' ? token : undefined);
    const bytes = await readBody(request, bodyLimit);
    if (bodyHash(bytes) !== claimed.bodyHash) return undefined;
    return { principal: claimed.principal, body: JSON.parse(bytes.toString('utf8')) as unknown };
  } catch (error) {
    if (error instanceof DomainError || error instanceof BodyTooLarge || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

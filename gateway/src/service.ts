import type { GraphQLSchema } from 'graphql';
import { importSigningKey, tokenVerifier, type SigningKey } from '@tocsin/access';
import { serviceNames } from '@tocsin/contracts';
import {
  createHealth,
  createHttpServer,
  createMetrics,
  Gauge,
  type HttpServer,
  type Logger,
  type Part,
} from '@tocsin/runtime';
import { createApolloServer } from './apollo-server.ts';
import type { Config } from './config.ts';
import type { EventSource } from './event-source.ts';
import { createGraphqlHandler } from './http/graphql-handler.ts';
import { createRouter } from './http/router.ts';
import { createMask } from './limits/mask-errors.ts';
import { createRateLimit } from './limits/rate-limit.ts';
import { createEventsSubgraph, eventsSubgraph } from './subgraphs/events-subgraph.ts';
import { createRemoteSubgraph } from './subgraphs/remote-subgraph.ts';
import { createExecutor } from './subscriptions/executor.ts';
import { createHub } from './subscriptions/hub.ts';
import { createProtocol } from './subscriptions/protocol.ts';
import { createSocketServer } from './subscriptions/socket-server.ts';
import { createGateway } from './supergraph.ts';

export interface GatewayService {
  readonly parts: readonly Part[];
  readonly http: HttpServer;
}

/** Wires the gateway; `events` brings what happens in the services. */
export async function createService(config: Config, log: Logger, events: EventSource): Promise<GatewayService> {
  const isOpen = config.TOCSIN_GRAPHQL_PROFILE === 'open';
  const subgraphs = createSubgraphs(config, await importSigningKey(config.TOCSIN_CONTEXT_PRIVATE_JWK));
  const gateway = createGateway({ file: config.TOCSIN_SUPERGRAPH, sourceOf: subgraphs.sourceOf, log });
  const [verify, rateLimit, mask] = [tokenVerifier(config.TOCSIN_ISSUERS), createRateLimit(), createMask(log, isOpen)];
  const apollo = createApolloServer({ gateway, isOpen, rateLimit, mask, log });
  const schema = schemaOf(gateway);
  const hub = createHub(log);
  const executor = createExecutor(gateway, schema, log);
  const metrics = createMetrics('gateway');
  new Gauge({
    name: 'tocsin_gateway_subscriptions',
    help: 'Open subscriptions',
    registers: [metrics],
    collect() {
      this.set(hub.size());
    },
  });
  const health = createHealth(() => parts, metrics);
  const http = createHttpServer({
    name: 'http',
    host: config.TOCSIN_HOST,
    port: config.PORT,
    log,
    handle: createRouter(health, createGraphqlHandler({ apollo, verify, rateLimit })),
  });
  const protocol = createProtocol({ verify, schema, hub, executor, mask, log });
  const sockets = createSocketServer({ http: http.server, protocol, origins: config.TOCSIN_WS_ORIGINS, log });
  const parts: readonly Part[] = [...subgraphs.parts, apolloPart(apollo), ...events(hub), http, sockets];
  return { parts, http };
}

function createSubgraphs(config: Config, key: SigningKey) {
  const remote = new Map(
    serviceNames.map((name) => [
      name as string,
      createRemoteSubgraph({ name, url: config.TOCSIN_SUBGRAPHS[name], key }),
    ]),
  );
  const local = createEventsSubgraph();
  return {
    parts: [...remote.values()],
    sourceOf: (name: string) => {
      const source = name === eventsSubgraph ? local : remote.get(name);
      if (source === undefined) throw new Error(`The supergraph names a subgraph that is not known: ${name}`);
      return source;
    },
  };
}

const apolloPart = (apollo: ReturnType<typeof createApolloServer>): Part => ({
  name: 'graphql',
  start: () => apollo.start(),
  stop: () => apollo.stop(),
  ready: () => true,
});

/** The schema that clients see; it changes when the supergraph's file does. */
function schemaOf(gateway: ReturnType<typeof createGateway>): () => GraphQLSchema {
  let schema: GraphQLSchema | undefined;
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => (schema = apiSchema));
  return () => {
    if (schema === undefined) throw new Error('The supergraph is not loaded yet.');
    return schema;
  };
}

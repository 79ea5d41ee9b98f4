import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { bodyHash, contextHeader, contextVerifier, type Principal, type PublicJwks } from '@tocsin/access';

export interface SubgraphFixture {
  readonly name: string;
  readonly sdl: string;
  readonly resolvers: Record<string, Record<string, unknown>>;
}

export interface ReceivedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly query: string;
  readonly principal: Principal;
}

export interface RunningSubgraph {
  readonly url: string;
  readonly received: ReceivedRequest[];
  /** Ends connections without an answer, as a process that is killed does, this many times. */
  drop(times: number): void;
  stop(): Promise<void>;
}

/** A small subgraph over real HTTP that checks the signed context as `libs/subgraph` does; 401 if anything is wrong. */
export async function startSubgraph(fixture: SubgraphFixture, jwks: PublicJwks): Promise<RunningSubgraph> {
  const schema = buildSubgraphSchema({ typeDefs: parse(fixture.sdl), resolvers: fixture.resolvers as never });
  const verify = contextVerifier(fixture.name, jwks);
  const received: ReceivedRequest[] = [];
  let drops = 0;
  const answer = async (headers: IncomingHttpHeaders, body: string): Promise<string> => {
    const context = await verify(headers[contextHeader] as string | undefined);
    if (context.bodyHash !== bodyHash(body)) throw new Error('The body is not the one that was signed.');
    const { query, variables } = JSON.parse(body) as { query: string; variables: Record<string, unknown> };
    received.push({ headers, query, principal: context.principal });
    const result = await graphql({ schema, source: query, variableValues: variables, contextValue: context.principal });
    return JSON.stringify(result);
  };
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      if (drops-- > 0) return request.socket.destroy();
      const result = await answer(request.headers, body).catch(() => undefined);
      response.writeHead(result === undefined ? 401 : 200, { 'content-type': 'application/json' });
      response.end(result);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    drop: (times) => (drops = times),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

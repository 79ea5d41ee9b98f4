import { trace } from '@opentelemetry/api';
import type { GraphQLDataSource } from '@apollo/gateway';
import { GraphQLError } from 'graphql';
import { Pool } from 'undici';
import { contextHeader, signContext, type SigningKey } from '@tocsin/access';
import type { Part } from '@tocsin/runtime';
import type { GatewayContext } from '../context.ts';
import { bodyWriter } from './body.ts';
import { isBroken, isUnanswered, unavailable } from './unavailable.ts';

export interface RemoteSubgraphOptions {
  readonly name: string;
  /** Origin of the subgraph; it answers at /graphql. */
  readonly url: string;
  readonly key: SigningKey;
}

type ProcessOptions = Parameters<GraphQLDataSource['process']>[0];
type Response = Awaited<ReturnType<GraphQLDataSource['process']>>;

const timeoutMs = 5_000;

/**
 * One subgraph behind a pool of kept-alive connections. Each request carries who is asking, signed over the very bytes
 * that are sent (S-19). Nothing is cached: two callers never share an answer.
 */
export function createRemoteSubgraph({ name, url, key }: RemoteSubgraphOptions): GraphQLDataSource & Part {
  const { origin } = new URL(url);
  const pool = new Pool(origin, {
    connections: 32,
    connectTimeout: timeoutMs,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: 60_000,
  });
  const write = bodyWriter();

  const send = async (body: string, context: GatewayContext, isMutation: boolean): Promise<Response> => {
    const { statusCode, body: answer } = await pool.request({
      path: '/graphql',
      method: 'POST',
      headers: await headersFor(name, key, body, context),
      body,
      // A change that was sent is left to end, so that its outcome is never in doubt because a caller hung up.
      signal: isMutation ? null : (context.signal ?? null),
    });
    const text = await answer.text();
    if (statusCode >= 502 && statusCode <= 504) throw unavailable(isMutation);
    if (statusCode === 401) throw new Error(`Subgraph ${name} refused the signed context.`);
    return parseAnswer(name, statusCode, text);
  };

  const process = async (options: ProcessOptions): Promise<Response> => {
    const context = options.context as GatewayContext;
    const query = options.request.query ?? '';
    const isMutation = /^\s*mutation\b/.test(query);
    const body = write(query, options.request.variables, options.request.operationName);
    const attempt = (): Promise<Response> => send(body, context, isMutation);
    const isOver = (): boolean => isMutation || context.signal?.aborted === true;
    try {
      return await attempt().catch((error: unknown) => {
        if (isOver() || !isBroken(error)) throw error;
        return attempt();
      });
    } catch (error) {
      throw isUnanswered(error) ? unavailable(isMutation, error) : error;
    }
  };

  return {
    name: `subgraph ${name}`,
    process,
    start: () => Promise.resolve(),
    stop: () => pool.destroy(),
    // A subgraph that is away fails only its own fields; the gateway still serves.
    ready: () => true,
  };
}

async function headersFor(
  audience: string,
  key: SigningKey,
  body: string,
  { principal, traceparent }: GatewayContext,
): Promise<Record<string, string>> {
  return {
    'content-type': 'application/json',
    accept: 'application/json',
    [contextHeader]: await signContext(principal, { audience, body }, key),
    // With tracing on, the instrumentation of undici writes it from the active span; twice would make it invalid.
    ...(traceparent !== undefined && trace.getActiveSpan() === undefined && { traceparent }),
  };
}

function parseAnswer(name: string, statusCode: number, text: string): Response {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = undefined;
  }
  if (typeof answer !== 'object' || answer === null || !('data' in answer || 'errors' in answer)) {
    throw new GraphQLError(`Subgraph ${name} answered ${statusCode} without a GraphQL result.`);
  }
  return answer as Response;
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { Principal, TokenVerifier } from '@tocsin/access';
import { DomainError, RateLimited } from '@tocsin/errors';
import { BodyTooLarge, readBody } from '@tocsin/runtime';
import { validTraceparent, type GatewayContext } from '../context.ts';
import { InvalidJson, RequestTooLarge, UnsupportedMediaType } from '../errors.ts';
import type { RateLimit } from '../limits/rate-limit.ts';
import { always, answerRefusal } from './answer.ts';
import { authenticate } from './authenticate.ts';
import { isJsonInUtf8 } from './media-type.ts';

export interface GraphqlHandlerOptions {
  readonly apollo: ApolloServer<GatewayContext>;
  readonly verify: TokenVerifier;
  readonly rateLimit: RateLimit;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const maxBodyBytes = 131_072;
const operationMs = 10_000;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** GraphQL over HTTP: POST only, and nothing of the body is read for a caller who has not proven who he is. */
export function createGraphqlHandler(options: GraphqlHandlerOptions): Handler {
  return async (request, response) => {
    try {
      const { principal } = await authenticate(options.verify, request.headers.authorization);
      const waitSeconds = await options.rateLimit(principal, 1);
      if (waitSeconds !== undefined) {
        return answerRefusal(response, 429, RateLimited(), { 'retry-after': String(waitSeconds) });
      }
      if (!isJsonInUtf8(request.headers['content-type'])) return answerRefusal(response, 415, UnsupportedMediaType());
      const body = parseBody(await readBody(request, maxBodyBytes));
      await execute(options.apollo, { request, response, principal, body });
    } catch (error) {
      answerError(request, response, error);
    }
  };
}

/** @throws INVALID_JSON */
function parseBody(bytes: Buffer): object {
  try {
    const body: unknown = JSON.parse(utf8.decode(bytes));
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  } catch {
    // Said below, in the same words.
  }
  throw InvalidJson();
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly principal: Principal;
  readonly body: object;
}

async function execute(apollo: ApolloServer<GatewayContext>, exchange: Exchange): Promise<void> {
  const { request, response, principal, body } = exchange;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(operationMs)]);
  const traceparent = validTraceparent(request.headers['traceparent']);
  const headers = new HeaderMap([['content-type', 'application/json']]);
  if (request.headers.accept !== undefined) headers.set('accept', request.headers.accept);
  const answer = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: 'POST', headers, search: '', body },
    context: () => Promise.resolve({ principal, traceparent, signal }),
  });
  // Results in parts need @defer, which this gateway does not offer.
  const text = answer.body.kind === 'complete' ? answer.body.string : '';
  response.writeHead(answer.status ?? 200, {
    ...Object.fromEntries(answer.headers),
    ...always,
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

function answerError(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (error instanceof BodyTooLarge) {
    // What is still on its way is not read: the connection ends with this answer.
    return answerRefusal(response, 413, RequestTooLarge(), { connection: 'close' });
  }
  if (!(error instanceof DomainError)) throw error;
  if (error.code !== 'UNAUTHENTICATED') return answerRefusal(response, 400, error);
  const hasBody = !request.complete && request.headers['content-length'] !== '0';
  answerRefusal(response, 401, error, { 'www-authenticate': 'Bearer', ...(hasBody && { connection: 'close' }) });
}

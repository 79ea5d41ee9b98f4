import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Part } from './lifecycle.ts';
import type { Logger } from './log.ts';

export interface HttpServerOptions {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly log: Logger;
  /** How long a whole request may take; 30 s if not given, 0 for no limit (then set one on idle sockets). */
  readonly requestTimeoutMs?: number;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

export interface HttpServer extends Part {
  readonly server: Server;
  /** The port it listens on; differs from the setting when that is 0. */
  port(): number;
}

/** A bare HTTP server with the time limits of `security.md` section 4; a handler that throws is answered 500 and logged. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { name, host, port, log, handle, requestTimeoutMs = 30_000 } = options;
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: requestTimeoutMs, keepAliveTimeout: 75_000 },
    (request, response) => {
      handle(request, response).catch((error: unknown) => {
        log.error({ err: error }, 'a request failed');
        if (!response.headersSent) response.writeHead(500, { 'cache-control': 'no-store' });
        response.end();
      });
    },
  );
  return {
    name,
    server,
    port: () => {
      const address = server.address();
      return typeof address === 'object' && address !== null ? address.port : port;
    },
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          resolve();
        });
      }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 5_000).unref();
      }),
    ready: () => server.listening,
  };
}

/** The body is longer than allowed; answer 413. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/**
 * Reads a body of at most `limit` bytes; stops reading as soon as it is longer.
 *
 * @throws BodyTooLarge
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limit) throw new BodyTooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop must not destroy the request: the refusal is still to be sent over its socket.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

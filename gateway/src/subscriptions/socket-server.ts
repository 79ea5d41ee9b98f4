import { STATUS_CODES, type IncomingMessage, type Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, type Server } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Logger, Part } from '@tocsin/runtime';
import { goingAway } from './close-codes.ts';
import { connect, type Connection } from './connection.ts';

export interface SocketServerOptions {
  readonly http: HttpServer;
  readonly protocol: Server<Connection>;
  /** Origins of pages that may connect; a client that is no browser sends none. */
  readonly origins: readonly string[];
  readonly log: Logger;
}

const goodbyeMs = 2_000;

/** WebSockets at /graphql on the port of HTTP (S-29). Cookies and URLs carry no credentials; compression is off. */
export function createSocketServer({ http, protocol, origins, log }: SocketServerOptions): Part {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: 65_536,
    perMessageDeflate: false,
    handleProtocols: () => GRAPHQL_TRANSPORT_WS_PROTOCOL,
  });
  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    const status = refusalOf(request, origins);
    if (status !== undefined) return refuse(stream, status);
    sockets.handleUpgrade(request, stream, head, (socket) => connect(socket, protocol, log));
  };
  return {
    name: 'sockets',
    start: () => {
      http.on('upgrade', onUpgrade);
      return Promise.resolve();
    },
    stop: async () => {
      http.off('upgrade', onUpgrade);
      await Promise.all([...sockets.clients].map(sayGoodbye));
      await new Promise<void>((resolve) => sockets.close(() => resolve()));
    },
    ready: () => true,
  };
}

function refusalOf({ url, headers }: IncomingMessage, origins: readonly string[]): number | undefined {
  if (url !== '/graphql') return 404;
  if (headers.origin !== undefined && !origins.includes(headers.origin)) return 403;
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
  return offered.includes(GRAPHQL_TRANSPORT_WS_PROTOCOL) ? undefined : 400;
}

function refuse(stream: Duplex, status: number): void {
  stream.on('error', () => undefined);
  stream.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

/** Tells why, and waits a moment for the other side to have heard it. */
async function sayGoodbye(socket: WebSocket): Promise<void> {
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.close(goingAway.code, goingAway.reason);
  await Promise.race([closed, sleep(goodbyeMs, undefined, { ref: false })]);
  socket.terminate();
}

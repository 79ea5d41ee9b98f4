import type { Server as GraphqlWsServer } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Authenticated } from '@tocsin/access';
import type { Logger } from '@tocsin/runtime';
import { badMessage, tokenExpired, tooMany, type Closing } from './close-codes.ts';
import type { Carrier } from './subscription.ts';

const pingMs = 15_000;
const messagesPerSecond = 10;

/** What is known of one socket while it is open. */
export interface Connection extends Carrier {
  readonly session: Authenticated | undefined;
  /** From `connection_init` on; ends the socket when the token does (S-32). False if the other side is gone already. */
  admit(session: Authenticated): boolean;
}

/** Joins a socket to the protocol: limits what comes in, pings, and ends it in time. */
export function connect(socket: WebSocket, protocol: GraphqlWsServer<Connection>, log: Logger): Connection {
  let session: Authenticated | undefined;
  let expiry: NodeJS.Timeout | undefined;
  const close = ({ code, reason }: Closing): void => socket.close(code, reason);
  const connection: Connection = {
    get session() {
      return session;
    },
    admit: (admitted) => {
      if (socket.readyState !== socket.OPEN) return false;
      session = admitted;
      expiry = setTimeout(() => close(tokenExpired), Math.max(0, admitted.expiresAt.getTime() - Date.now()));
      return true;
    },
    unsentBytes: () => socket.bufferedAmount,
    close,
  };
  const mayReceive = messageLimit();
  const stopPinging = keepAlive(socket);
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (text) => sendThrough(socket, text),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (receive) => {
        socket.on('message', (data, isBinary) => {
          if (isBinary || !mayReceive()) return close(isBinary ? badMessage : tooMany);
          receive((data as Buffer).toString('utf8')).catch((error: unknown) => {
            log.error({ err: error }, 'a socket failed');
            socket.close(1011, 'Internal error');
          });
        });
      },
    },
    connection,
  );
  socket.on('error', (error) => log.info({ err: error }, 'a socket was broken'));
  socket.once('close', (code, reason) => {
    clearTimeout(expiry);
    stopPinging();
    void closed(code, reason.toString());
  });
  return connection;
}

/** Resolves when the network has taken the message: a slow reader slows down what is rendered for him. */
const sendThrough = (socket: WebSocket, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    if (socket.readyState !== socket.OPEN) return resolve();
    socket.send(text, (error) => (error ? reject(error) : resolve()));
  });

function messageLimit(): () => boolean {
  let second = 0;
  let count = 0;
  return () => {
    const now = Math.floor(performance.now() / 1_000);
    count = now === second ? count + 1 : 1;
    second = now;
    return count <= messagesPerSecond;
  };
}

/** A peer that leaves a ping unanswered until the next one is gone. */
function keepAlive(socket: WebSocket): () => void {
  let isAlive = true;
  socket.on('pong', () => (isAlive = true));
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, pingMs);
  return () => clearInterval(timer);
}

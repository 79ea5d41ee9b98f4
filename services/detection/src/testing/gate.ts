import { connect, createServer, type Server, type Socket } from 'node:net';

/** A way to PostgreSQL that a test can close, as an outage does: open connections break, new ones are refused. */
export interface Gate {
  /** Opens, or opens again at the same port; the URL that leads through it. */
  open(): Promise<string>;
  close(): Promise<void>;
}

export function createGate(target: URL): Gate {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;
  const pass = (incoming: Socket): void => {
    const outgoing = connect(Number(target.port), target.hostname);
    for (const [socket, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  };
  return {
    open: async () => {
      const opened = createServer(pass);
      await new Promise<void>((resolve) => opened.listen(port, '127.0.0.1', resolve));
      server = opened;
      const address = opened.address();
      port = typeof address === 'object' && address !== null ? address.port : port;
      return Object.assign(new URL(target), { hostname: '127.0.0.1', port: String(port) }).href;
    },
    close: async () => {
      const closed = new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
      for (const socket of sockets) socket.destroy();
      await closed;
      server = undefined;
    },
  };
}

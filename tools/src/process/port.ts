import { createServer } from 'node:net';
import { SetupError } from '../setup-error.ts';

/** @throws SetupError if another program listens on this port of the loopback interface. */
export async function portMustBeFree(port: number, wantedFor: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(notFree(port, wantedFor, cause)));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve()));
  });
}

const notFree = (port: number, wantedFor: string, cause: NodeJS.ErrnoException): SetupError =>
  new SetupError(
    cause.code === 'EADDRINUSE'
      ? `Port ${String(port)} for ${wantedFor} is taken by another program. Stop that one first.`
      : `${wantedFor} cannot listen on port ${String(port)} of 127.0.0.1: ${cause.message}`,
    { cause },
  );

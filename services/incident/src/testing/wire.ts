import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A wire to a server on loopback that fails on demand, as networks do. */
export interface Wire {
  readonly endpoint: string;
  /** Ends all connections and takes no more, until it is mended. */
  cut(): void;
  mend(): void;
  /** Changes one byte of the next large chunk on its way to the server. */
  corruptNext(): void;
  /** Lets the next request through whose head begins so, and loses the answer. */
  loseAnswerTo(head: string): void;
  stop(): Promise<void>;
}

/** @param endpoint `http://host:port` of the server */
export async function startWire(endpoint: string): Promise<Wire> {
  const { hostname, port } = new URL(endpoint);
  const sockets = new Set<Socket>();
  let isCut = false;
  let corrupts = false;
  let lost: string | undefined;
  const through = (near: Socket): void => {
    const far = connect(Number(port), hostname);
    let isMute = false;
    for (const [one, other] of [[near, far] as const, [far, near] as const]) {
      sockets.add(one);
      one
        .on('error', () => undefined)
        .on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
    }
    near.on('data', (chunk: Buffer) => {
      if (lost !== undefined && chunk.toString('latin1').startsWith(lost)) [isMute, lost] = [true, undefined];
      if (corrupts && chunk.length > 10_000) {
        corrupts = false;
        chunk.writeUInt8(chunk.readUInt8(9_000) ^ 1, 9_000);
      }
      if (!far.write(chunk)) near.pause();
    });
    far
      .on('drain', () => near.resume())
      .on('data', (chunk: Buffer) => {
        // `100 Continue` is not yet the answer.
        if (isMute && !chunk.toString('latin1').startsWith('HTTP/1.1 100')) return void near.destroy();
        if (!near.write(chunk)) far.pause();
      });
    near.on('drain', () => far.resume());
  };
  const server = createServer((near) => (isCut ? near.destroy() : through(near)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const destroyAll = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    endpoint: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    cut: () => {
      isCut = true;
      destroyAll();
    },
    mend: () => void (isCut = false),
    corruptNext: () => void (corrupts = true),
    loseAnswerTo: (head) => void (lost = head),
    stop: async () => {
      destroyAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

import {
  createThrowaway,
  freePorts,
  loadDemoDirectory,
  loadKeys,
  migrateAll,
  startPlatform,
  startWorld,
  type Platform,
  type Ports,
  type Say,
  type World,
} from '@tocsin/tools';

/** Real parts for the measurements, each started when the first one asks for it. */
export interface Rig {
  readonly say: Say;
  /** A folder that is removed with the rig. */
  state(): Promise<string>;
  ports(): Promise<Ports>;
  /** PostgreSQL, as durable as in `npm start`, Kafka and a mail sink; no service. */
  world(): Promise<World>;
  /** The five services over it, with the demo directory. */
  platform(): Promise<Platform>;
  stop(): Promise<void>;
}

export function createRig(say: Say): Rig {
  const undo: (() => Promise<void>)[] = [];
  const keep = async <T>(part: Promise<T>, stop: (part: T) => Promise<void>): Promise<T> => {
    const started = await part;
    undo.push(() => stop(started));
    return started;
  };
  const throwaway = once(() => keep(createThrowaway(), (part) => part.remove()));
  const ports = once(freePorts);
  const place = async (): Promise<{ state: string; ports: Ports }> => ({
    state: (await throwaway()).state,
    ports: await ports(),
  });
  const world = once(async () =>
    keep(startWorld({ ...(await place()), durable: true, mail: true, say, env: {} }), (part) => part.stop()),
  );
  const platform = once(async () => {
    const around = await world();
    const { state, ports } = await place();
    const { passwords } = await loadKeys(state);
    await migrateAll({ adminUrl: around.adminUrl, passwords, brokers: around.brokers });
    const started = await keep(startPlatform({ state, ports, world: around, say }), (part) => part.stop());
    await loadDemoDirectory({ graphqlUrl: started.graphqlUrl, token: started.tokens['PLATFORM_ADMIN'] ?? '' });
    return started;
  });
  return {
    say,
    state: async () => (await throwaway()).state,
    ports,
    world,
    platform,
    stop: async () => {
      for (const stop of undo.splice(0).reverse()) await stop();
    },
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

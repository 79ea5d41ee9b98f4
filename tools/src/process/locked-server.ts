import { takeLock, type Lock } from '../lock.ts';

export interface Server {
  start(): Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/**
 * A server that holds the lock of its folder as long as it runs: what runs on a folder without a lock is an orphan.
 *
 * @throws SetupError from `start` while another process holds the lock.
 */
export function lockedServer(lockFile: string, server: Server): Server {
  let lock: Lock | undefined;
  const release = async (): Promise<void> => {
    await lock?.release();
    lock = undefined;
  };
  return {
    start: async () => {
      lock ??= await takeLock(lockFile);
      try {
        await server.start();
      } catch (error) {
        await release();
        throw error;
      }
    },
    stop: async () => {
      await server.stop();
      await release();
    },
    kill: async () => {
      await server.kill();
      await release();
    },
  };
}

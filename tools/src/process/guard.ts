import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Escalation } from './stop.ts';

/** A small process that stops our children when this one is killed without a chance to do so. */
export interface Guard {
  watch(pid: number, escalation: Escalation): void;
  forget(pid: number): void;
  /** The folder goes when this process does, however it ends. */
  removeAfterwards(folder: string): void;
  /** Ends it; what is still watched is stopped, the folders are removed. */
  release(): Promise<void>;
}

export function createGuard(): Guard {
  const child = fork(fileURLToPath(new URL('guard.mjs', import.meta.url)), [], {
    detached: true,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.on('error', () => undefined);
  child.unref();
  child.channel?.unref();
  const tell = (message: object): void => {
    if (child.connected) child.send(message);
  };
  return {
    watch: (pid, signals) => tell({ watch: pid, signals }),
    forget: (pid) => tell({ forget: pid }),
    removeAfterwards: (remove) => tell({ remove }),
    release: async () => {
      child.ref();
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}

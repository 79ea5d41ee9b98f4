import { explain } from './setup-error.ts';

/** What has been started, so that it can be undone in the reverse order. */
export interface Teardown {
  /** Remembers how to undo what has just been started. */
  readonly add: (undo: () => Promise<void>) => void;
  /** Undoes all of it, also when a step fails; resolves to whether every step succeeded. */
  readonly run: () => Promise<boolean>;
}

export function createTeardown(say: (line: string) => void): Teardown {
  const steps: (() => Promise<void>)[] = [];
  const succeeds = async (undo: () => Promise<void>): Promise<boolean> => {
    try {
      await undo();
      return true;
    } catch (error) {
      say(`Could not stop cleanly: ${explain(error)}`);
      return false;
    }
  };
  return {
    add: (undo) => {
      steps.push(undo);
    },
    run: async () => {
      let isClean = true;
      for (const undo of steps.splice(0).reverse()) isClean = (await succeeds(undo)) && isClean;
      return isClean;
    },
  };
}

/** How a person, or the system, asks a program to end. */
const requests = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Turns the first request to end into an aborted signal, with {@link Interrupted} as reason; what came later calls
 * `again`. Returns also the way to listen no more.
 */
export function onRequestToEnd(on: { first(name: string): void; again(): void }): {
  readonly signal: AbortSignal;
  readonly dispose: () => void;
} {
  const controller = new AbortController();
  const listener = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) return on.again();
    on.first(name);
    controller.abort(new Interrupted(name));
  };
  for (const request of requests) process.on(request, listener);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const request of requests) process.off(request, listener);
    },
  };
}

/** The reason of an aborted signal: somebody asked the program to end. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

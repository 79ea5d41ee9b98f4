import { explain } from './setup-error.ts';

interface Step {
  /** In order, letting everything finish. */
  readonly stop: () => Promise<void>;
  /** At once. */
  readonly kill?: (() => Promise<void>) | undefined;
}

/** What has been started, so that it can be undone in the reverse order. */
export interface Teardown {
  add(step: Step): void;
  /** Undoes all of it, also when a step fails; resolves to whether every step succeeded. Safe to call twice. */
  run(): Promise<boolean>;
  /** The impatient way: kills what can be killed, then undoes the rest. */
  force(): Promise<void>;
}

export function createTeardown(say: (line: string) => void): Teardown {
  const steps: Step[] = [];
  let running: Promise<boolean> | undefined;
  const undo = async (stop: () => Promise<void>): Promise<boolean> => {
    try {
      await stop();
      return true;
    } catch (error) {
      say(`Could not stop cleanly: ${explain(error)}`);
      return false;
    }
  };
  const runAll = async (): Promise<boolean> => {
    let isClean = true;
    for (const { stop } of [...steps].reverse()) isClean = (await undo(stop)) && isClean;
    return isClean;
  };
  return {
    add: (step) => {
      steps.push(step);
    },
    run: () => (running ??= runAll()),
    force: async () => {
      await Promise.all(steps.map(({ kill }) => kill !== undefined && undo(kill)));
      for (const { stop, kill } of [...steps].reverse()) if (kill === undefined) await undo(stop);
    },
  };
}

/** How a person, or the system, asks a program to end. */
const requests = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Turns the first request to end into an aborted signal, with the request's name as reason; every later one calls
 * `insist`. Returns also the way to listen no more.
 */
export function onRequestToEnd(insist: () => void): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const listener = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) insist();
    else controller.abort(new Interrupted(name));
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

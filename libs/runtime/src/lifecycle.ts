import type { Logger } from './log.ts';

/** Something that lives in a process: a connection, a server, a loop. */
export interface Part {
  readonly name: string;
  start(): Promise<void>;
  /** Finishes what is in flight and lets go of every handle. Called also if `start` failed half-way. */
  stop(): Promise<void>;
  /** Whether it can do its work right now; decides /health/ready. */
  ready(): Promise<boolean> | boolean;
}

const hardExitMs = 25_000;

/**
 * Runs the parts of a process until it is told to stop: starts them in order, stops them in reverse (`eventing.md`
 * section 12). SIGTERM, SIGINT, and the end of a supervising parent (`npm start`) stop it; a part that fails to start,
 * or an error nobody caught, ends it with exit code 1 so that the platform restarts it.
 */
export async function run(log: Logger, parts: readonly Part[]): Promise<void> {
  const started: Part[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (reason: string, code: number): void => {
    stopping ??= (async () => {
      log.info({ reason }, 'stopping');
      setTimeout(() => {
        log.fatal({ reason }, 'could not stop in time');
        process.exit(1);
      }, hardExitMs).unref();
      await stopAll(log, started);
      log.info({ reason }, 'stopped');
      process.exit(code);
    })();
  };
  process.once('SIGTERM', () => stop('SIGTERM', 0));
  process.once('SIGINT', () => stop('SIGINT', 0));
  // Spawned with an IPC channel: its end means that the parent is gone, even by SIGKILL.
  if (process.env['TOCSIN_SUPERVISED'] !== undefined) process.once('disconnect', () => stop('parent is gone', 0));
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      log.fatal({ err: error }, event);
      stop(event, 1);
    });
  }
  try {
    for (const part of parts) {
      if (stopping !== undefined) return;
      started.push(part);
      await part.start();
    }
    log.info('ready');
  } catch (error) {
    log.fatal({ err: error, part: started.at(-1)?.name }, 'could not start');
    stop('could not start', 1);
  }
}

/** Stops in reverse order of starting; one part that fails to stop does not keep the others running. */
async function stopAll(log: Logger, started: readonly Part[]): Promise<void> {
  for (const part of [...started].reverse()) {
    try {
      await part.stop();
    } catch (error) {
      log.error({ err: error, part: part.name }, 'could not stop cleanly');
    }
  }
}

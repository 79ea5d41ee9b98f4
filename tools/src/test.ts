import { mustBeNewEnoughNode } from './node-version.ts';
import { freePorts } from './ports.ts';
import { runIfProgram } from './program.ts';
import { explain } from './setup-error.ts';
import { onRequestToEnd } from './teardown.ts';
import { runJest, verdictOf, type Verdict } from './test-run.ts';
import { createThrowaway } from './throwaway.ts';
import { startWorld } from './world.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/**
 * `npm test [-- jest's arguments]`: every test against a real PostgreSQL, Kafka and S3Proxy of its own; TOCSIN_TEST_S3
 * names another object store instead. The last line is `N passed, N failed[, N skipped]`, whatever happens.
 */
async function main(): Promise<void> {
  const { signal, dispose } = onRequestToEnd({ first: (name) => say(`\n${name}: stopping.`), again: () => undefined });
  process.stdout.on('error', () => undefined);
  let verdict: Verdict = verdictOf(undefined, 1);
  try {
    mustBeNewEnoughNode();
    verdict = await testInWorld(process.argv.slice(2), signal);
    if (verdict.remark !== undefined) say(`\n${verdict.remark}`);
  } catch (error) {
    say(signal.aborted ? '\nThe run was interrupted.' : `\n${explain(error)}`);
    if (verdict.exitCode === 0) verdict = { ...verdict, exitCode: 1 };
  } finally {
    dispose();
  }
  say(`\n${verdict.line}`);
  process.exitCode = verdict.exitCode;
}

/** Starts the world, runs Jest in it, takes it down again. */
async function testInWorld(args: readonly string[], signal: AbortSignal): Promise<Verdict> {
  const throwaway = await createThrowaway();
  try {
    const world = await startWorld({
      state: throwaway.state,
      ports: await freePorts(),
      durable: false,
      mail: false,
      objectStore: (process.env['TOCSIN_TEST_S3'] ?? '') === '',
      say,
      // DATABASE_URL and KAFKA_BROKERS would let tests write to somebody's real ones.
      env: { ...process.env, DATABASE_URL: '', KAFKA_BROKERS: '' },
    });
    world.guard.removeAfterwards(throwaway.state);
    try {
      signal.throwIfAborted();
      return await runJest({
        // `npm test -- x` and `node test.ts -- x` mean the same.
        args: args[0] === '--' ? args.slice(1) : args,
        folder: throwaway.state,
        signal,
        guard: world.guard,
        env: {
          ...process.env,
          TOCSIN_TEST_DATABASE_URL: world.adminUrl,
          TOCSIN_TEST_KAFKA_BROKERS: world.brokers.join(','),
          ...(world.objectStore && { TOCSIN_TEST_S3: JSON.stringify(world.objectStore) }),
        },
      });
    } finally {
      await world.stop();
    }
  } finally {
    await throwaway.remove();
  }
}

runIfProgram(import.meta.url, main);

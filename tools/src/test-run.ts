import { spawn, type ChildProcess } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { repository } from './paths.ts';
import type { Guard } from './process/guard.ts';
import type { Escalation } from './process/stop.ts';

/** What the reporter counted. */
const Totals = z.object({
  passed: z.int(),
  failed: z.int(),
  skipped: z.int(),
  brokenSuites: z.int(),
  wasInterrupted: z.boolean(),
});
export type Totals = z.infer<typeof Totals>;

export interface Verdict {
  /** `12 passed, 1 failed, 2 skipped` */
  readonly line: string;
  readonly exitCode: 0 | 1;
  /** What the totals alone do not tell. */
  readonly remark?: string;
}

export interface JestOptions {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** The totals go through a file in it. */
  readonly folder: string;
  /** Default: the checkout and its configuration. */
  readonly cwd?: string;
  readonly config?: string;
  readonly signal?: AbortSignal;
  /** Stops Jest when this process is killed. */
  readonly guard?: Guard;
  readonly isQuiet?: boolean;
}

/** Runs Jest once and counts. */
export async function runJest(options: JestOptions): Promise<Verdict> {
  const { args, env, folder, cwd = repository, config = 'jest.config.mjs', isQuiet = false } = options;
  const file = join(folder, 'totals.json');
  await rm(file, { force: true });
  const reporter = fileURLToPath(new URL('summary-reporter.cjs', import.meta.url));
  const jest = join(repository, 'node_modules', 'jest', 'bin', 'jest.js');
  // `-c` last: --reporters takes every word that follows.
  const flags = ['--reporters=default', `--reporters=${reporter}`, '-c', config];
  const child = spawn(process.execPath, [jest, ...flags, ...args], {
    cwd,
    env: { ...env, TOCSIN_TEST_TOTALS: file },
    stdio: isQuiet ? 'ignore' : ['ignore', 'inherit', 'inherit'],
  });
  const exitCode = await endOf(child, options);
  return verdictOf(await readTotals(file), exitCode);
}

const stopJest: Escalation = [
  ['SIGTERM', 2_000],
  ['SIGKILL', 2_000],
];

/** Passes the wish to end on; Jest itself was told too if it came from the terminal. */
function endOf(child: ChildProcess, { signal, guard }: JestOptions): Promise<number> {
  const { pid } = child;
  if (pid !== undefined) guard?.watch(pid, stopJest);
  const interrupt = (): void => {
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), 5_000).unref();
  };
  if (signal?.aborted === true) interrupt();
  signal?.addEventListener('abort', interrupt, { once: true });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      signal?.removeEventListener('abort', interrupt);
      if (pid !== undefined) guard?.forget(pid);
      resolve(code ?? 1);
    });
  });
}

async function readTotals(file: string): Promise<Totals | undefined> {
  try {
    return Totals.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/**
 * The last line and the exit code. A run counts as failed also when no test failed: a suite that could not run, a run
 * without any test, an interrupted one, or an exit code that the totals do not explain; each adds one to the failures.
 */
export function verdictOf(totals: Totals | undefined, exitCode: number): Verdict {
  const { passed, failed, skipped, brokenSuites, wasInterrupted } = totals ?? nothing;
  const counted = failed + brokenSuites;
  const remark = remarkFor(passed + counted, wasInterrupted, exitCode !== 0 && counted === 0);
  const all = counted + (remark === undefined ? 0 : 1);
  const line = `${String(passed)} passed, ${String(all)} failed${skipped > 0 ? `, ${String(skipped)} skipped` : ''}`;
  return { line, exitCode: all === 0 ? 0 : 1, ...(remark !== undefined && { remark }) };
}

const nothing: Totals = { passed: 0, failed: 0, skipped: 0, brokenSuites: 0, wasInterrupted: false };

function remarkFor(run: number, wasInterrupted: boolean, isUnexplained: boolean): string | undefined {
  if (wasInterrupted) return 'The run was interrupted.';
  if (run === 0) return 'No test ran.';
  return isUnexplained ? 'Jest failed though no test did; see above.' : undefined;
}

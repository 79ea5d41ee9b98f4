import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isBucketSetting } from './evidence-settings.ts';
import { folderOf, pathsOf, type ProcessName } from './paths.ts';
import { startChild, type Child, type Death } from './process/child.ts';
import type { Guard } from './process/guard.ts';

export interface ServiceProcessOptions {
  readonly name: ProcessName;
  readonly state: string;
  readonly port: number;
  /** Its settings, on top of what every process inherits. */
  readonly env: NodeJS.ProcessEnv;
  readonly guard: Guard;
  /** Shows a line to the person at the terminal. */
  readonly say: (line: string) => void;
}

/** Settings of `npm start` itself, which no service must see: they name the superuser's database, another's port, or hold another's secret. */
const ourOwn = ['DATABASE_URL', 'KAFKA_BROKERS', 'SMTP_URL', 'PORT'];
const isOurOwn = (name: string): boolean => ourOwn.includes(name) || isBucketSetting(name);

/** Runs one service from its sources, in its own folder and session, with a log file of its own. */
export function startServiceProcess({ name, state, env, guard, say, port }: ServiceProcessOptions): Promise<Child> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([key]) => !isOurOwn(key)));
  const isTraced = (env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? inherited['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '') !== '';
  const telemetry = isTraced ? ['--import', '@tocsin/runtime/telemetry'] : [];
  return startChild({
    name,
    kind: 'service',
    command: process.execPath,
    args: ['--import', 'tsx', ...telemetry, 'src/main.ts'],
    cwd: folderOf(name),
    env: {
      ...inherited,
      PORT: String(port),
      TOCSIN_SUPERVISED: '1',
      ...(isTraced && { OTEL_SERVICE_NAME: `tocsin-${name}` }),
      ...env,
    },
    logFile: join(pathsOf(state).logs, `${name}.log`),
    pidFolder: pathsOf(state).run,
    guard,
    onLine: (line) => {
      const warning = warningIn(line);
      if (warning !== undefined) say(`[${name}] ${warning}`);
    },
  });
}

/** `WARN message: cause` for a log line that somebody should see; undefined for the others. */
export function warningIn(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  let entry: { level?: unknown; msg?: unknown; err?: { message?: unknown } };
  try {
    entry = JSON.parse(line) as typeof entry;
  } catch {
    return undefined;
  }
  const { level, msg, err } = entry;
  if (level !== 'warn' && level !== 'error' && level !== 'fatal') return undefined;
  const cause = typeof err?.message === 'string' ? `: ${err.message}` : '';
  return `${level.toUpperCase()} ${typeof msg === 'string' ? msg : ''}${cause}`;
}

export const describeDeath = ({ name, cause, lastLines, logFile }: Death): string =>
  [`${name} ended (${cause}). Its last lines (all of them: ${logFile}):`, ...lastLines.map((line) => `  ${line}`)].join(
    '\n',
  );

const readyMs = 120_000;

/**
 * Waits until /health/ready says so.
 *
 * @throws Error when the process ends before, or is not ready within two minutes.
 */
export async function untilReady(child: Child, port: number, signal?: AbortSignal): Promise<void> {
  const deadline = performance.now() + readyMs;
  let state = 'it does not answer';
  while (child.isRunning() && performance.now() < deadline) {
    signal?.throwIfAborted();
    state = await readiness(port);
    if (state === 'ready') return;
    await Promise.race([sleep(100), child.exited]);
  }
  if (child.isRunning()) throw new Error(`${child.name} is not ready after ${String(readyMs / 1000)} s: ${state}`);
  throw new Error(describeDeath(await child.exited));
}

async function readiness(port: number): Promise<string> {
  try {
    const url = `http://127.0.0.1:${String(port)}/health/ready`;
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    const text = await response.text();
    return response.ok ? 'ready' : text;
  } catch {
    return 'it does not answer';
  }
}

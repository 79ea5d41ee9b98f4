import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { closeSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Guard } from './guard.ts';
import { lastLines, openLog, sizeOf } from './log-file.ts';
import { removePidFile, writePidFile, type ProcessKind } from './pid-file.ts';
import { stopKafka, stopPostgres, stopProcess, stopS3Proxy, stopService, type Escalation } from './stop.ts';

export interface ChildOptions {
  readonly name: string;
  readonly kind: ProcessKind;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly account?: { readonly uid: number; readonly gid: number } | undefined;
  readonly logFile: string;
  /** Where a later start finds it. */
  readonly pidFolder: string;
  readonly guard?: Guard | undefined;
  /** Given: each line of its output is shown here too, and it gets an IPC channel, whose end tells it that we are gone. */
  readonly onLine?: ((line: string) => void) | undefined;
}

export interface Death {
  readonly name: string;
  /** `exit code 1` or `SIGKILL` */
  readonly cause: string;
  /** It ended though nobody asked it to. */
  readonly isUnwanted: boolean;
  readonly lastLines: readonly string[];
  readonly logFile: string;
}

/** A running process of ours, in a session of its own: Ctrl-C at the terminal reaches only us, so we decide the order. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Resolves, never rejects, when it has ended; with its death, also when that was wanted. */
  readonly exited: Promise<Death>;
  isRunning(): boolean;
  /** Asks it to stop, and insists. */
  stop(): Promise<void>;
  /** SIGKILL, as a fault test does. */
  kill(): Promise<void>;
}

const escalations: Readonly<Record<ProcessKind, Escalation>> = {
  service: stopService,
  s3proxy: stopS3Proxy,
  kafka: stopKafka,
  postgres: stopPostgres,
};

/** @throws Error when the program cannot be started at all. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { name, kind, guard, pidFolder, logFile } = options;
  const offset = sizeOf(logFile);
  const log = openLog(logFile);
  const child = spawnProcess(options, log);
  const pid = await pidOf(child);
  guard?.watch(pid, escalations[kind]);
  let isUnwanted = true;
  const exited = new Promise<Death>((resolve) => {
    child.once('close', (code: number | null, signal: NodeJS.Signals | null) => {
      closeSync(log);
      guard?.forget(pid);
      const cause = signal ?? `exit code ${String(code)}`;
      const death = { name, cause, isUnwanted, lastLines: lastLines(logFile, 15, offset), logFile };
      void removePidFile(pidFolder, name).finally(() => resolve(death));
    });
  });
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  if (isRunning()) await writePidFile(pidFolder, name, kind, pid);
  const end = async (escalation: Escalation): Promise<void> => {
    isUnwanted = false;
    if (isRunning()) await stopProcess(pid, escalation);
    await exited;
  };
  return {
    name,
    pid,
    exited,
    isRunning,
    stop: () => end(escalations[kind]),
    kill: () => end([['SIGKILL', 10_000]]),
  };
}

/** Tells of a death that nobody asked for. */
export function watchDeath(child: Child, onDeath: ((death: Death) => void) | undefined): void {
  void child.exited.then((death) => {
    if (death.isUnwanted) onDeath?.(death);
  });
}

function spawnProcess({ command, args, cwd, env, account, onLine }: ChildOptions, log: number): ChildProcess {
  const stdio: StdioOptions = onLine === undefined ? ['ignore', log, log] : ['ignore', 'pipe', 'pipe', 'ipc'];
  const child = spawn(command, args, {
    cwd,
    env,
    stdio,
    detached: true,
    ...(account && { uid: account.uid, gid: account.gid }),
  });
  if (onLine === undefined) return child;
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => {
      writeSync(log, `${line}\n`);
      onLine(line);
    });
  }
  return child;
}

function pidOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => {
      child.on('error', () => undefined);
      resolve(child.pid ?? 0);
    });
  });
}

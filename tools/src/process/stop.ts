import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './identity.ts';

/** A signal, and how long to wait for its effect before the next one, milliseconds. */
export type Escalation = readonly (readonly [signal: NodeJS.Signals, graceMs: number])[];

/** Services need up to 25 s to let go of everything (`eventing.md` section 12). */
export const stopService: Escalation = [
  ['SIGTERM', 26_000],
  ['SIGKILL', 5_000],
];
export const stopKafka: Escalation = [
  ['SIGTERM', 10_000],
  ['SIGKILL', 5_000],
];
/** It serves tests only: what it holds may be lost. */
export const stopS3Proxy: Escalation = [
  ['SIGTERM', 5_000],
  ['SIGKILL', 5_000],
];
/** SIGINT: rolls back and closes; SIGQUIT: leaves at once and recovers at the next start. */
export const stopPostgres: Escalation = [
  ['SIGINT', 10_000],
  ['SIGQUIT', 5_000],
  ['SIGKILL', 5_000],
];

/** Stops a process that may not be a child of this one; resolves once it is gone, and fails if it will not go. */
export async function stopProcess(pid: number, escalation: Escalation): Promise<void> {
  for (const [signal, graceMs] of escalation) {
    if (!sendSignal(pid, signal)) return;
    if (await isGoneWithin(pid, graceMs)) return;
  }
  throw new Error(`Process ${String(pid)} does not stop.`);
}

/** False if there is no such process any more. */
function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

async function isGoneWithin(pid: number, graceMs: number): Promise<boolean> {
  const deadline = performance.now() + graceMs;
  while (isAlive(pid)) {
    if (performance.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Whether a process with this id runs, be it ours or another user's. A zombie counts as gone. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return !isZombie(pid);
}

/** In a container whose first process does not reap, the dead stay listed. */
function isZombie(pid: number): boolean {
  return process.platform === 'linux' && statOf(pid)?.[0] === 'Z';
}

/** The fields of /proc/<pid>/stat after the name, which may hold spaces and brackets itself. */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** The command line of a running process; undefined when it is gone or the system does not tell. */
export function commandLineOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux')
      return (
        readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8')
          .replaceAll('\0', ' ')
          .trim() || undefined
      );
    return ps(pid, 'command=');
  } catch {
    return undefined;
  }
}

/**
 * Tells one process from a later one that got the same id: when it started, and its command line. Undefined when it
 * is gone or the system does not tell: then it must not be signalled.
 */
export function identityOf(pid: number): string | undefined {
  const commandLine = commandLineOf(pid);
  if (commandLine === undefined) return undefined;
  try {
    const startedAt = process.platform === 'linux' ? statOf(pid)?.[19] : ps(pid, 'lstart=');
    return startedAt === undefined ? undefined : `${startedAt} ${commandLine}`;
  } catch {
    return undefined;
  }
}

const ps = (pid: number, format: string): string =>
  execFileSync('ps', ['-ww', '-o', format, '-p', String(pid)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

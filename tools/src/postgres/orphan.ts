import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { commandLineOf, isAlive } from '../process/identity.ts';
import { stopPostgres, stopProcess } from '../process/stop.ts';

/**
 * Stops a server that a killed start left on this data folder. The caller holds the lock of the state, so a server on
 * it is nobody else's. A `postmaster.pid` whose process is another program by now is removed, since PostgreSQL would
 * take that program for itself; every other stale one PostgreSQL sorts out by itself.
 */
export async function stopOrphanedPostgres(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const pid = Number(text?.split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return;
  const commandLine = commandLineOf(pid);
  if (commandLine?.includes(data) === true) await stopProcess(pid, stopPostgres);
  else if (commandLine !== undefined) await rm(file, { force: true });
}

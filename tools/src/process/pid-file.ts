import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from '../durable-file.ts';
import { identityOf } from './identity.ts';
import { stopKafka, stopPostgres, stopProcess, stopS3Proxy, stopService, type Escalation } from './stop.ts';

const kinds = {
  service: stopService,
  s3proxy: stopS3Proxy,
  kafka: stopKafka,
  postgres: stopPostgres,
} as const satisfies Record<string, Escalation>;
export type ProcessKind = keyof typeof kinds;

const PidFile = z.object({
  pid: z.int().positive(),
  identity: z.string().min(1),
  kind: z.enum(['service', 's3proxy', 'kafka', 'postgres']),
});

/** Remembers a process for a later start, in case this one is killed before it can stop it. */
export async function writePidFile(folder: string, name: string, kind: ProcessKind, pid: number): Promise<void> {
  const identity = identityOf(pid);
  if (identity === undefined) return;
  await writeDurably(join(folder, `${name}.json`), JSON.stringify({ pid, identity, kind }), 0o600);
}

export const removePidFile = (folder: string, name: string): Promise<void> =>
  rm(join(folder, `${name}.json`), { force: true });

/**
 * Stops what an earlier start left running: services first, PostgreSQL last. A process that is not the remembered
 * one (the id was given to another) is left alone.
 *
 * @param only the kind to stop, if not all
 * @returns the names of what was stopped
 */
export async function stopOrphans(folder: string, only?: ProcessKind): Promise<string[]> {
  const all = await readPidFiles(folder);
  const remembered = all.filter(({ kind }) => only === undefined || kind === only);
  const stopped: string[] = [];
  for (const kind of ['service', 's3proxy', 'kafka', 'postgres'] as const) {
    const orphans = remembered.filter((entry) => entry.kind === kind && identityOf(entry.pid) === entry.identity);
    await Promise.all(orphans.map(({ pid }) => stopProcess(pid, kinds[kind])));
    stopped.push(...orphans.map(({ name }) => name));
  }
  await Promise.all(remembered.map(({ name }) => removePidFile(folder, name)));
  return stopped;
}

/** Ends at once what is remembered and still runs, as a person does who does not want to wait. */
export async function killRemembered(folder: string): Promise<void> {
  for (const { pid, identity } of await readPidFiles(folder)) {
    if (identityOf(pid) === identity) await stopProcess(pid, [['SIGKILL', 5_000]]);
  }
}

async function readPidFiles(folder: string): Promise<(z.infer<typeof PidFile> & { readonly name: string })[]> {
  const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.json'));
  return await Promise.all(
    files.map(async (file) => ({
      ...PidFile.parse(JSON.parse(await readFile(join(folder, file), 'utf8'))),
      name: file.slice(0, -'.json'.length),
    })),
  );
}

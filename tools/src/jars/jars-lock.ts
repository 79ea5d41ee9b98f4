import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const LockedJar = z.strictObject({
  /** `group:artifact:version[:classifier]` */
  coordinates: z.string().regex(/^[\w.-]+:[\w.-]+:[\w.-]+(:[\w.-]+)?$/),
  bytes: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type LockedJar = z.infer<typeof LockedJar>;

/** Exactly the jars that one version of a program runs on. */
const JarsLock = z.strictObject({ version: z.string().regex(/^[\w.-]+$/), jars: z.array(LockedJar).min(1) });
export type JarsLock = z.infer<typeof JarsLock>;

/** @param folder of the program in tools/. */
export const jarsLockFile = (folder: string): string =>
  fileURLToPath(new URL(`../../${folder}/jars.lock.json`, import.meta.url));

export const readJarsLock = async (folder: string): Promise<JarsLock> =>
  JarsLock.parse(JSON.parse(await readFile(jarsLockFile(folder), 'utf8')));

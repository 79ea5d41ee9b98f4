import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const LockedJar = z.strictObject({
  /** `group:artifact:version` */
  coordinates: z.string().regex(/^[\w.-]+:[\w.-]+:[\w.-]+$/),
  bytes: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type LockedJar = z.infer<typeof LockedJar>;

/** Exactly the jars that a broker of this version runs on. */
const JarsLock = z.strictObject({ version: z.string().regex(/^[\w.-]+$/), jars: z.array(LockedJar).min(1) });
export type JarsLock = z.infer<typeof JarsLock>;

export const jarsLockFile = fileURLToPath(new URL('../../kafka/jars.lock.json', import.meta.url));

export const readJarsLock = async (): Promise<JarsLock> =>
  JarsLock.parse(JSON.parse(await readFile(jarsLockFile, 'utf8')));

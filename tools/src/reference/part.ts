import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { processNames } from '../platform.ts';
import { repository, type ProcessName } from '../paths.ts';

const Setting = z.object({
  name: z.string(),
  description: z.string(),
  isRequired: z.boolean(),
  /** What holds without it; absent if nothing does. */
  default: z.string().optional(),
  /** The only values there are. */
  values: z.array(z.string()).optional(),
});
export type Setting = z.infer<typeof Setting>;

const Refusal = z.object({
  code: z.string(),
  description: z.string(),
  /** Defined in `libs/errors`, for every part. */
  isShared: z.boolean(),
});
export type Refusal = z.infer<typeof Refusal>;

/** What one process says of itself; printed as JSON by `describe-part.ts`. */
export const PartDescription = z.object({ settings: z.array(Setting), refusals: z.array(Refusal) });
export type PartDescription = z.infer<typeof PartDescription>;

export interface Part extends PartDescription {
  readonly name: ProcessName;
}

/** Asks each in a process of its own: within one, an error code can be defined only once. */
export const describeParts = (): Promise<readonly Part[]> => Promise.all(processNames.map(describePart));

async function describePart(name: ProcessName): Promise<Part> {
  const printed = await runSource(fileURLToPath(new URL('describe-part.ts', import.meta.url)), [name]);
  return { name, ...PartDescription.parse(JSON.parse(printed)) };
}

/**
 * Runs one of our TypeScript files and returns what it printed.
 *
 * @throws Error with its standard error, if it does not exit with 0.
 */
export async function runSource(file: string, args: readonly string[]): Promise<string> {
  // The same flags as ours: they say how TypeScript is read and where our packages have their source.
  const flags = [...process.execArgv, file, ...args];
  const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd: repository });
  return stdout;
}

import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { explain } from './setup-error.ts';

/** Runs a module's `main` if Node was started with this very file; prints why it failed and exits with 1. */
export function runIfProgram(moduleUrl: string, main: () => Promise<void>): void {
  const script = process.argv[1];
  if (script === undefined || pathToFileURL(realpathSync(script)).href !== moduleUrl) return;
  main().catch((error: unknown) => {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  });
}

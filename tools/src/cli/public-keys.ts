import { existsSync } from 'node:fs';
import { eventKeysOf, loadKeys } from '../keys.ts';
import { pathsOf } from '../paths.ts';
import { SetupError } from '../setup-error.ts';
import { startOptions } from '../start-options.ts';
import { UsageError } from './subcommands.ts';

/**
 * Prints the public event keys of an installation that `npm start` made, by service: the value of TOCSIN_EVENT_JWKS.
 *
 * @throws SetupError if there is none.
 */
export async function printPublicKeys(args: readonly string[]): Promise<number> {
  if (args.length > 0) throw new UsageError(`It takes no arguments: ${args.join(' ')}`);
  const { state } = startOptions([], process.env);
  if (!existsSync(pathsOf(state).keys)) throw new SetupError(`There is no installation in ${state}.`);
  process.stdout.write(`${JSON.stringify(eventKeysOf(await loadKeys(state)), null, 2)}\n`);
  return 0;
}

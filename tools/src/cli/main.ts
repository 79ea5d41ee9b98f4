import { explain } from '../setup-error.ts';
import { subcommands, UsageError } from './subcommands.ts';

/**
 * `npx tocsin <subcommand> …`. Returns the exit code: 0 it is so, or is done; 1 it is not, or failed; 2 it was called
 * wrongly.
 */
export async function main(args: readonly string[]): Promise<number> {
  const [name = '--help', ...rest] = args;
  if (name === '--help' || name === '-h') {
    process.stdout.write(`${help()}\n`);
    return args.length === 0 ? 2 : 0;
  }
  const subcommand = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
  if (subcommand === undefined) return fail(2, `There is no subcommand ${name}.\n\n${help()}`);
  try {
    return await subcommand.run(rest);
  } catch (error) {
    if (error instanceof UsageError) return fail(2, `${error.message}\n\nUsage: npx tocsin ${subcommand.usage}`);
    return fail(1, explain(error));
  }
}

function fail(code: number, message: string): number {
  process.stderr.write(`${message}\n`);
  return code;
}

export const help = (): string =>
  [
    'npx tocsin <subcommand>',
    '',
    ...Object.values(subcommands).map(({ usage, summary }) => `  ${usage}\n      ${summary}`),
  ].join('\n');

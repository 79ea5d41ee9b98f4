import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { serviceNames, type ServiceName } from '@tocsin/contracts';
import { environmentFor, loadKeys } from '../keys.ts';
import { databaseName, serviceUrl, withDatabase } from '../migrate.ts';
import { folderOf } from '../paths.ts';
import { SetupError } from '../setup-error.ts';
import { startOptions } from '../start-options.ts';
import { UsageError } from './subcommands.ts';

/** What a service's `src/rebuild.ts` answers. */
interface Rebuilt {
  readonly events: number;
  readonly tables: readonly {
    readonly table: string;
    readonly before: number;
    readonly after: number;
    readonly removed: number;
    readonly added: number;
  }[];
}

/**
 * `tocsin projection rebuild <service>`: makes a service's copies of foreign facts anew from the event logs of their
 * owners, beside the running platform. It reads the settings of `npm start` from `env`.
 *
 * @throws UsageError; SetupError if the rebuild failed: then nothing has changed
 */
export async function rebuildProjection(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<void> {
  const { service, dryRun } = orderOf(args);
  const { events, tables } = await runIn(service, await settingsOf(service, env), dryRun);
  say(`${String(events)} events applied${dryRun ? ', and undone: a dry run changes nothing' : ''}.`);
  for (const { table, before, after, removed, added } of tables)
    say(`${table.padEnd(22)} ${String(before)} rows before, ${String(after)} after; ${differences(removed, added)}`);
}

const differences = (removed: number, added: number): string =>
  removed + added === 0 ? 'all the same' : `${String(removed)} gone or changed, ${String(added)} new or changed`;

function orderOf(args: readonly string[]): { readonly service: ServiceName; readonly dryRun: boolean } {
  const { values, positionals } = argumentsOf(args);
  const [verb, name, ...rest] = positionals;
  if (verb !== 'rebuild' || rest.length > 0) throw new UsageError('Say `rebuild` and one service.');
  const service = serviceNames.find((one) => one === name);
  if (service === undefined) throw new UsageError(`Name a service: ${serviceNames.join(', ')}.`);
  return { service, dryRun: values['dry-run'] === true };
}

function argumentsOf(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { 'dry-run': { type: 'boolean' } } });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** The settings of the installation in the state folder: every service's log is read as its own role. */
async function settingsOf(service: ServiceName, env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const { state, ports } = startOptions([], env);
  const keys = await loadKeys(state);
  const server = env['DATABASE_URL'] ?? `postgres://127.0.0.1:${String(ports.postgres)}/postgres`;
  const urlOf = (name: ServiceName): string =>
    serviceUrl(withDatabase(server, databaseName), name, keys.passwords[name]);
  return {
    DATABASE_URL: urlOf(service),
    TOCSIN_LOG_DATABASE_URLS: JSON.stringify(Object.fromEntries(serviceNames.map((name) => [name, urlOf(name)]))),
    TOCSIN_EVENT_JWKS: environmentFor(keys)[service]['TOCSIN_EVENT_JWKS'],
  };
}

async function runIn(service: ServiceName, settings: NodeJS.ProcessEnv, dryRun: boolean): Promise<Rebuilt> {
  const args = ['--import', 'tsx', 'src/rebuild.ts', ...(dryRun ? ['--dry-run'] : [])];
  const child = spawn(process.execPath, args, {
    cwd: folderOf(service),
    env: { ...process.env, TOCSIN_LOG_LEVEL: 'warn', ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];
  const answer = output.split('\n').find((line) => line.startsWith('{"events"'));
  if (code !== 0 || answer === undefined)
    throw new SetupError(`The rebuild of ${service} failed; nothing has changed. Is the platform running?`);
  return JSON.parse(answer) as Rebuilt;
}

import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { importSigningKey } from '@tocsin/access';
import { serviceNames, type ServiceName } from '@tocsin/contracts';
import { connect } from '@tocsin/database';
import { createLogger } from '@tocsin/runtime';
import { UsageError } from '../cli/subcommands.ts';
import { loadKeys } from '../keys.ts';
import { databaseName, serviceUrl, withDatabase } from '../migrate.ts';
import { pathsOf } from '../paths.ts';
import { SetupError } from '../setup-error.ts';
import { startOptions } from '../start-options.ts';
import { exportTrail } from './trail-export.ts';

/**
 * `npx tocsin audit-export <service> --file <archive>`: exports the whole audit trail of one service of the installation
 * in the state folder, with the service's own role and key. It reads the settings of `npm start` from `env`.
 *
 * @throws UsageError; SetupError if there is no installation, or a file already; Error if the database does not answer.
 */
export async function exportAuditTrail(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { service, file } = orderOf(args);
  const { state, ports } = startOptions([], env);
  if (!existsSync(pathsOf(state).keys)) throw new SetupError(`There is no installation in ${state}.`);
  if (existsSync(file)) throw new SetupError(`${file} is there already.`);
  const keys = await loadKeys(state);
  const server = env['DATABASE_URL'] ?? `postgres://127.0.0.1:${String(ports.postgres)}/postgres`;
  const url = serviceUrl(withDatabase(server, databaseName), service, keys.passwords[service]);
  const signingKey = await importSigningKey(keys.events[service]);
  const db = connect({ url, service, tables: [], log: createLogger(service, 'silent'), signingKey, poolSize: 1 });
  await db.start().catch((cause: unknown) => {
    throw new SetupError('The database does not answer. Is the platform running?', { cause });
  });
  try {
    await exportTrail(db, signingKey, file);
  } finally {
    await db.stop();
  }
  process.stdout.write(`The audit trail of ${service} is in ${file}.\n`);
  return 0;
}

function orderOf(args: readonly string[]): { readonly service: ServiceName; readonly file: string } {
  const { values, positionals } = parse(args);
  const [name, ...more] = positionals;
  const service = serviceNames.find((one) => one === name);
  if (service === undefined || more.length > 0 || values.file === undefined)
    throw new UsageError(`Name one service (${serviceNames.join(', ')}), and the file.`);
  return { service, file: values.file };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { file: { type: 'string' } } });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

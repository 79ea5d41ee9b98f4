import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { portsFrom, portNames, portTable, type PortName, type Ports } from './ports.ts';
import { pathsOf, repository } from './paths.ts';
import { wipePostgres } from './postgres/home.ts';
import { SetupError } from './setup-error.ts';
import { ownParts } from './world.ts';

/** What `npm start` was asked to do. */
export interface StartOptions {
  readonly help: boolean;
  readonly fresh: boolean;
  readonly state: string;
  readonly ports: Ports;
  /** The ports that will be listened on: those of the parts that are ours. */
  readonly needed: readonly PortName[];
}

/** @throws SetupError for an unknown flag, a setting that makes no sense, or a combination that would lose data. */
export function startOptions(args: readonly string[], env: NodeJS.ProcessEnv): StartOptions {
  const { help = false, fresh = false } = flagsOf(args);
  const own = ownParts(env);
  if (fresh && !(own.postgres && own.kafka))
    throw new SetupError(
      'With DATABASE_URL or KAFKA_BROKERS, --fresh would wipe the keys but not the data that they belong to. ' +
        'Empty that database and those topics yourself, remove the state folder, and start without --fresh.',
    );
  const needed = portNames.filter((name) => {
    if (name === 'postgres') return own.postgres;
    if (name === 'kafka' || name === 'kafkaController') return own.kafka;
    return name === 'smtp' || name === 'mailPage' ? own.mail : true;
  });
  // npm runs scripts in the checkout; INIT_CWD is where the person stands.
  const from = env['INIT_CWD'] ?? process.cwd();
  const wanted = env['TOCSIN_STATE'] ?? '';
  const state = wanted === '' ? resolve(repository, '.tocsin') : resolve(from, wanted);
  return { help, fresh, state, ports: portsFrom(env), needed };
}

function flagsOf(args: readonly string[]): { help?: boolean | undefined; fresh?: boolean | undefined } {
  try {
    return parseArgs({
      args: [...args],
      options: { help: { type: 'boolean', short: 'h' }, fresh: { type: 'boolean' } },
    }).values;
  } catch (error) {
    throw new SetupError(`${(error as Error).message}\n\n${usage()}`);
  }
}

export function usage(): string {
  const ports = portNames.map((name) => {
    const { setting, title, port } = portTable[name];
    return `  ${setting.padEnd(30)} port of ${title} (${String(port)})`;
  });
  return [
    'npm start [-- --fresh]',
    '',
    'Starts Tocsin on this machine and stays in the foreground; Ctrl-C stops it.',
    '',
    '  --fresh    begin anew: wipes the state folder first',
    '  --help     this text',
    '',
    'Settings (environment variables):',
    `  ${'TOCSIN_STATE'.padEnd(30)} the state folder (.tocsin)`,
    ...ports,
    `  ${'DATABASE_URL'.padEnd(30)} a PostgreSQL >= 15 instead of our own, as superuser`,
    `  ${'KAFKA_BROKERS'.padEnd(30)} a Kafka instead of our own, host:port[,host:port]`,
    `  ${'SMTP_URL'.padEnd(30)} an SMTP server instead of the mail sink: mail really goes out`,
    `  ${'TOCSIN_MAVEN_REPOSITORY'.padEnd(30)} where to fetch Kafka's jars (Maven Central)`,
    `  ${'TOCSIN_LOG_LEVEL'.padEnd(30)} what the services log (info); their logs: <state>/logs`,
    `  ${'OTEL_EXPORTER_OTLP_ENDPOINT'.padEnd(30)} where to send traces (nowhere)`,
  ].join('\n');
}

/** Removes all data of the installation, whoever they belong to; the lock stays, since we hold it. */
export async function wipe(state: string): Promise<void> {
  const { keys, tokens, logs, run } = pathsOf(state);
  await wipePostgres(state);
  const folders = ['kafka', 'mail', 'postgres-password'].map((name) => resolve(state, name));
  for (const path of [keys, tokens, logs, run, ...folders])
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
}

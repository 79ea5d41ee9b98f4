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

interface StartSetting {
  readonly name: string;
  readonly meaning: string;
  /** What holds without it; empty if nothing does. */
  readonly fallback: string;
}

/** What `npm start` reads from its environment. */
export const startSettings: readonly StartSetting[] = [
  { name: 'TOCSIN_STATE', meaning: 'the state folder', fallback: '.tocsin' },
  ...portNames.map((name) => {
    const { setting, title, port } = portTable[name];
    return { name: setting, meaning: `port of ${title}`, fallback: String(port) };
  }),
  { name: 'DATABASE_URL', meaning: 'a PostgreSQL >= 15 instead of our own, as superuser', fallback: '' },
  { name: 'KAFKA_BROKERS', meaning: 'a Kafka instead of our own, host:port[,host:port]', fallback: '' },
  { name: 'SMTP_URL', meaning: 'an SMTP server instead of the mail sink: mail really goes out', fallback: '' },
  {
    name: 'TOCSIN_EVIDENCE_S3_BUCKET',
    meaning: 'a bucket for evidence instead of the state folder, with the other TOCSIN_EVIDENCE_S3_… of incident',
    fallback: '',
  },
  { name: 'TOCSIN_PAGE_ACK_MINUTES', meaning: 'minutes in which a page must be acknowledged', fallback: '5' },
  { name: 'TOCSIN_MAVEN_REPOSITORY', meaning: "where to fetch Kafka's jars instead of Maven Central", fallback: '' },
  { name: 'TOCSIN_LOG_LEVEL', meaning: 'what the services log, in <state>/logs', fallback: 'info' },
  { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', meaning: 'where to send traces', fallback: '' },
];

export function usage(): string {
  const settings = startSettings.map(
    ({ name, meaning, fallback }) => `  ${name.padEnd(30)} ${meaning}${fallback === '' ? '' : ` (${fallback})`}`,
  );
  return [
    'npm start [-- --fresh]',
    '',
    'Starts Tocsin on this machine and stays in the foreground; Ctrl-C stops it.',
    '',
    '  --fresh    begin anew: wipes the state folder first',
    '  --help     this text',
    '',
    'Settings (environment variables):',
    ...settings,
  ].join('\n');
}

/** Removes all data of the installation, whoever they belong to; the lock stays, since we hold it. */
export async function wipe(state: string): Promise<void> {
  const { keys, tokens, evidence, auditHeads, logs, run } = pathsOf(state);
  await wipePostgres(state);
  const folders = ['kafka', 'mail', 'postgres-password'].map((name) => resolve(state, name));
  for (const path of [keys, tokens, evidence, auditHeads, logs, run, ...folders])
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
}

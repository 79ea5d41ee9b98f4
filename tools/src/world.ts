import { join } from 'node:path';
import { startKafka, type RunningKafka } from './kafka/broker.ts';
import { startMailSink, type MailSink } from './mail.ts';
import { startS3Proxy, type ObjectStore, type RunningS3Proxy } from './s3proxy/s3proxy.ts';
import { databaseName, withDatabase } from './migrate.ts';
import type { Ports } from './ports.ts';
import { startPostgres, type RunningPostgres } from './postgres.ts';
import type { Death } from './process/child.ts';
import { createGuard, type Guard } from './process/guard.ts';
import { createSteps } from './steps.ts';

export type Say = (line: string) => void;

export interface WorldOptions {
  /** The folder for data, logs, keys and process ids. */
  readonly state: string;
  readonly ports: Pick<Ports, 'postgres' | 'kafka' | 'kafkaController' | 'smtp' | 'mailPage'>;
  /** Whether PostgreSQL must survive a power cut; tests do without. */
  readonly durable: boolean;
  readonly say: Say;
  /** Whether a mail sink is wanted. */
  readonly mail: boolean;
  /** Whether tests want an object store; nothing else does. */
  readonly objectStore?: boolean;
  /** DATABASE_URL, KAFKA_BROKERS and SMTP_URL stand in for our own parts, one by one. Default: the environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Called when PostgreSQL or Kafka ends though nobody asked it to. */
  readonly onDied?: (death: Death) => void;
}

/** Everything that the services need around them. */
export interface World {
  /** Superuser, database `tocsin`. */
  readonly databaseUrl: string;
  /** Superuser, database `postgres`; or as DATABASE_URL says. */
  readonly adminUrl: string;
  readonly brokers: readonly string[];
  /** Empty if no mail was asked for. */
  readonly smtpUrl: string;
  readonly mailPageUrl?: string;
  /** Absent if none was asked for. */
  readonly objectStore?: ObjectStore;
  /** Our own ones; absent when another stands in. */
  readonly postgres?: RunningPostgres;
  readonly kafka?: RunningKafka;
  /** Stops what is left of us, however this process ends. */
  readonly guard: Guard;
  /** In the reverse order of starting. */
  stop(): Promise<void>;
}

interface Started<T> {
  readonly part: T;
  readonly title: string;
  readonly stop: () => Promise<void>;
}

/** Which of the world's parts are ours to start. */
export function ownParts(env: NodeJS.ProcessEnv): { postgres: boolean; kafka: boolean; mail: boolean } {
  const isAbsent = (name: string): boolean => (env[name] ?? '') === '';
  return { postgres: isAbsent('DATABASE_URL'), kafka: isAbsent('KAFKA_BROKERS'), mail: isAbsent('SMTP_URL') };
}

/**
 * Starts all that is wanted at the same time. Nothing is left running when one of them fails.
 *
 * @throws SetupError if something is missing on this machine.
 */
export async function startWorld(options: WorldOptions): Promise<World> {
  const env = options.env ?? process.env;
  const own = ownParts(env);
  const guard = createGuard();
  const running: Started<unknown>[] = [];
  const begin = async <T>(isOurs: boolean, start: () => Promise<Started<T>>): Promise<T | undefined> => {
    if (!isOurs) return undefined;
    const started = await start();
    running.push(started);
    return started.part;
  };
  const stop = async (): Promise<void> => {
    const steps = createSteps(options.say);
    for (const started of running.splice(0).reverse()) await steps.run(`${started.title} stopped`, started.stop);
    await guard.release();
  };
  const starting = [
    begin(own.postgres, () => beginPostgres(options, guard)),
    begin(own.kafka, () => beginKafka(options, guard)),
    begin(own.mail && options.mail, () => beginMail(options)),
    // Only the specs of the bucket need it, and say so: whoever cannot fetch it still runs all others.
    begin(options.objectStore === true, () => beginObjectStore(options, guard)).catch((error: unknown) => {
      options.say(error instanceof Error ? error.message : String(error));
      return undefined;
    }),
  ] as const;
  // All of them, even if one fails: whatever did start must be stopped.
  await Promise.allSettled(starting);
  try {
    const [postgres, kafka, mail, objectStore] = await Promise.all(starting);
    return { ...describe(env, { postgres, kafka, mail, objectStore }), guard, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface OwnParts {
  readonly postgres: RunningPostgres | undefined;
  readonly kafka: RunningKafka | undefined;
  readonly mail: MailSink | undefined;
  readonly objectStore: RunningS3Proxy | undefined;
}

/** Where everything is: our own part, or the one that stands in for it. */
function describe(env: NodeJS.ProcessEnv, own: OwnParts): Omit<World, 'guard' | 'stop'> {
  const { postgres, kafka, mail, objectStore } = own;
  const adminUrl = postgres?.url ?? env['DATABASE_URL'] ?? '';
  return {
    adminUrl,
    databaseUrl: withDatabase(adminUrl, databaseName),
    brokers: kafka?.brokers ?? (env['KAFKA_BROKERS'] ?? '').split(',').map((broker) => broker.trim()),
    smtpUrl: mail?.smtpUrl ?? env['SMTP_URL'] ?? '',
    ...(mail && { mailPageUrl: mail.pageUrl }),
    ...(postgres && { postgres }),
    ...(kafka && { kafka }),
    ...(objectStore && { objectStore: objectStore.store }),
  };
}

async function beginPostgres(options: WorldOptions, guard: Guard): Promise<Started<RunningPostgres>> {
  const { state: directory, ports, durable, onDied: onDeath, say } = options;
  const part = await createSteps(say).run(`PostgreSQL on port ${String(ports.postgres)}`, () =>
    startPostgres({ directory, port: ports.postgres, durable, say, guard, onDeath }),
  );
  return { part, title: 'PostgreSQL', stop: () => part.stop() };
}

async function beginKafka(options: WorldOptions, guard: Guard): Promise<Started<RunningKafka>> {
  const { state: directory, ports, onDied: onDeath, say } = options;
  const { kafka: port, kafkaController: controllerPort } = ports;
  const part = await createSteps(say).run(`Kafka on port ${String(port)}`, () =>
    startKafka({ directory, port, controllerPort, say, guard, onDeath }),
  );
  return { part, title: 'Kafka', stop: () => part.stop() };
}

async function beginMail({ state, ports, say }: WorldOptions): Promise<Started<MailSink>> {
  const part = await createSteps(say).run(`Mail sink on port ${String(ports.smtp)}`, () =>
    startMailSink({ directory: join(state, 'mail'), smtpPort: ports.smtp, pagePort: ports.mailPage }),
  );
  return { part, title: 'Mail sink', stop: () => part.stop() };
}

async function beginObjectStore(
  { state: directory, say }: WorldOptions,
  guard: Guard,
): Promise<Started<RunningS3Proxy>> {
  const part = await createSteps(say).run('S3Proxy', () => startS3Proxy({ directory, guard }));
  return { part, title: 'S3Proxy', stop: () => part.stop() };
}

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readJarsLock } from '../jars/jars-lock.ts';
import { ensureJars } from '../jars/jars.ts';
import { findJava as findJavaNow } from '../jars/java.ts';
import { startChild, watchDeath, type Child, type Death } from '../process/child.ts';
import type { Guard } from '../process/guard.ts';
import { repository } from '../paths.ts';
import { stopOrphans } from '../process/pid-file.ts';
import { lockedServer } from '../process/locked-server.ts';
import { portMustBeFree } from '../process/port.ts';
import { withAdmin } from './client.ts';
import { javaFlags, serverProperties } from './settings.ts';

const run = promisify(execFile);

export interface KafkaOptions {
  readonly java: string;
  /** The folder with the broker's jars. */
  readonly jars: string;
  readonly stateDir: string;
  readonly port: number;
  readonly controllerPort: number;
  readonly guard?: Guard | undefined;
  readonly onDeath?: ((death: Death) => void) | undefined;
}

/** A real Kafka of our own on loopback; can be stopped or killed and started again, on the same ports and data. */
export interface Kafka {
  readonly brokers: readonly string[];
  /** Of the broker that runs, or ran last. */
  pid(): number;
  start(): Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

const readyMs = 60_000;
const log4j = fileURLToPath(new URL('../../kafka/log4j2.properties', import.meta.url));

/** Prepares the data folder; `start` runs the broker. */
export async function createKafka(options: KafkaOptions): Promise<Kafka> {
  const folder = join(options.stateDir, 'kafka');
  const properties = join(folder, 'server.properties');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(properties, serverProperties({ ...options, dataDir: join(folder, 'data') }));
  await format(options, folder, properties);
  const brokers = [`127.0.0.1:${String(options.port)}`];
  let child: Child | undefined;
  return {
    brokers,
    pid: () => child?.pid ?? 0,
    start: async () => {
      child = await startBroker(options, folder, properties);
      await untilReady(child, brokers);
      watchDeath(child, options.onDeath);
    },
    stop: async () => child?.stop(),
    kill: async () => child?.kill(),
  };
}

/** Gives an empty data folder its cluster id. The mark is written last, so a killed attempt is made anew. */
async function format({ java, jars }: KafkaOptions, folder: string, properties: string): Promise<void> {
  const mark = join(folder, 'formatted');
  if (existsSync(mark)) return;
  await rm(join(folder, 'data'), { recursive: true, force: true });
  const args = ['format', '-t', clusterId(), '-c', properties, '--ignore-formatted'];
  try {
    await run(java, [
      '-XX:TieredStopAtLevel=1',
      '-XX:+UseSerialGC',
      ...classes(jars),
      'kafka.tools.StorageTool',
      ...args,
    ]);
  } catch (cause) {
    const { stderr = '', message } = cause as Error & { stderr?: string };
    throw new Error(`Kafka's data folder could not be formatted:\n${stderr || message}`, { cause });
  }
  await writeFile(mark, '');
}

/** 16 bytes as base64url; a leading `-` would read as an option. */
function clusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? clusterId() : id;
}

const classes = (jars: string): string[] => [`-Dlog4j2.configurationFile=${log4j}`, '-cp', join(jars, '*')];

function startBroker({ java, jars, stateDir, guard }: KafkaOptions, cwd: string, properties: string): Promise<Child> {
  return startChild({
    name: 'kafka',
    kind: 'kafka',
    command: java,
    args: [...javaFlags, ...classes(jars), 'kafka.Kafka', properties],
    cwd,
    env: process.env,
    logFile: join(stateDir, 'logs', 'kafka.log'),
    pidFolder: join(stateDir, 'run'),
    guard,
  });
}

async function untilReady(child: Child, brokers: readonly string[]): Promise<void> {
  const deadline = performance.now() + readyMs;
  while (child.isRunning() && performance.now() < deadline) {
    if (await answers(brokers)) return;
    await sleep(50);
  }
  await child.stop();
  const { cause, lastLines, logFile } = await child.exited;
  throw new Error(`Kafka did not start (${cause}; its log: ${logFile}):\n${lastLines.join('\n')}`);
}

/**
 * A broker that may not yet take part in the cluster does not list itself; one that was killed leads its partitions only
 * a moment after it is back, and refuses to tell their offsets until then.
 */
async function answers(brokers: readonly string[]): Promise<boolean> {
  try {
    return await withAdmin(brokers, 0, async (admin) => {
      if ((await admin.describeCluster()).brokers.length === 0) return false;
      for (const topic of await admin.listTopics()) await admin.fetchTopicOffsets(topic);
      return true;
    });
  } catch {
    return false;
  }
}

export interface StartKafkaOptions {
  /** Holds the data and the log. */
  readonly directory: string;
  readonly port: number;
  readonly controllerPort: number;
  say(line: string): void;
  /** Stops the broker when this process is killed without a chance to do so. */
  readonly guard?: Guard | undefined;
  /** The broker ended though nobody asked it to. */
  readonly onDeath?: ((death: Death) => void) | undefined;
}

export interface RunningKafka {
  readonly brokers: string[];
  readonly pid: number;
  stop(): Promise<void>;
  /** SIGKILL, for fault tests. */
  kill(): Promise<void>;
  /** Again, on the same ports and data. */
  start(): Promise<void>;
}

/** @throws SetupError that says what to install, or to set KAFKA_BROKERS. */
export const findJava = (): Promise<string> => Promise.resolve().then(() => findJavaNow());

/**
 * Starts Kafka, after it fetched what is missing of it and stopped what a killed start left behind on the same folder.
 *
 * @throws SetupError for what the person at the terminal can put right: no Java, a taken port, a second start on one folder.
 */
export async function startKafka(options: StartKafkaOptions): Promise<RunningKafka> {
  const { directory, port, controllerPort } = options;
  let kafka: Kafka | undefined;
  const server = lockedServer(join(directory, 'kafka.lock.json'), {
    start: async () => {
      kafka ??= await prepare(options);
      await portMustBeFree(port, 'Kafka');
      await portMustBeFree(controllerPort, "Kafka's controller");
      await kafka.start();
    },
    stop: async () => kafka?.stop(),
    kill: async () => kafka?.kill(),
  });
  await server.start();
  return {
    ...server,
    brokers: [...(kafka?.brokers ?? [])],
    get pid() {
      return kafka?.pid() ?? 0;
    },
  };
}

async function prepare({ directory, say, ...ports }: StartKafkaOptions): Promise<Kafka> {
  const java = await findJava();
  const jars = await ensureJars({
    program: 'Kafka',
    lock: await readJarsLock('kafka'),
    orElse: 'set KAFKA_BROKERS to a Kafka of your own, host:port[,host:port]',
    cacheDir: join(repository, '.cache'),
    repository: process.env['TOCSIN_MAVEN_REPOSITORY'],
  });
  const orphans = await stopOrphans(join(directory, 'run'), 'kafka');
  if (orphans.length > 0) say('  Stopped the Kafka that a killed start left behind.');
  return await createKafka({ java, jars, stateDir: directory, ...ports });
}

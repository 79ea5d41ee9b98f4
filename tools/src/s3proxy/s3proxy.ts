import { randomBytes } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readJarsLock } from '../jars/jars-lock.ts';
import { ensureJars } from '../jars/jars.ts';
import { findJava } from '../jars/java.ts';
import { repository } from '../paths.ts';
import { freePort } from '../ports.ts';
import { startChild, type Child } from '../process/child.ts';
import type { Guard } from '../process/guard.ts';

/** An S3-compatible server, and an account that may make buckets in it. */
export interface ObjectStore {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface S3ProxyOptions {
  /** Holds the objects and the log. */
  readonly directory: string;
  /** Stops the server when this process is killed without a chance to do so. */
  readonly guard?: Guard | undefined;
}

export interface RunningS3Proxy {
  readonly store: ObjectStore;
  stop(): Promise<void>;
}

const readyMs = 60_000;
const logback = fileURLToPath(new URL('../../s3proxy/logback.xml', import.meta.url));

/**
 * Starts S3Proxy on a free port of loopback, for tests.
 *
 * @throws SetupError if there is no Java, or its jar cannot be fetched.
 */
export async function startS3Proxy({ directory, guard }: S3ProxyOptions): Promise<RunningS3Proxy> {
  const java = findJava();
  const jars = await ensureJars({
    program: 'S3Proxy',
    lock: await readJarsLock('s3proxy'),
    cacheDir: join(repository, '.cache'),
    repository: process.env['TOCSIN_MAVEN_REPOSITORY'],
  });
  const [jar = ''] = await readdir(jars);
  const folder = join(directory, 's3proxy');
  const store: ObjectStore = {
    endpoint: `http://127.0.0.1:${String(await freePort())}`,
    accessKeyId: 'tocsin-test',
    secretAccessKey: randomBytes(24).toString('hex'),
  };
  const properties = await writeProperties(folder, store);
  const child = await startChild({
    ...{ name: 's3proxy', kind: 's3proxy', command: java, cwd: folder, env: process.env, guard },
    args: [...javaFlags, '-jar', join(jars, jar), '--properties', properties],
    logFile: join(directory, 'logs', 's3proxy.log'),
    pidFolder: join(directory, 'run'),
  });
  await untilReady(child, store.endpoint);
  return { store, stop: () => child.stop() };
}

const javaFlags = ['-Xmx192m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', `-Dlogback.configurationFile=${logback}`];

async function writeProperties(folder: string, store: ObjectStore): Promise<string> {
  const data = join(folder, 'data');
  await mkdir(data, { recursive: true, mode: 0o700 });
  const settings: Readonly<Record<string, string>> = {
    's3proxy.endpoint': store.endpoint,
    's3proxy.authorization': 'aws-v4',
    's3proxy.identity': store.accessKeyId,
    's3proxy.credential': store.secretAccessKey,
    'jclouds.provider': 'filesystem-nio2',
    // A backslash starts an escape in a Java properties file.
    'jclouds.filesystem.basedir': data.replaceAll('\\', '/'),
  };
  const file = join(folder, 's3proxy.properties');
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(file, lines.join(''), { mode: 0o600 });
  return file;
}

/** Any answer will do: without a signature it is a refusal. */
async function untilReady(child: Child, endpoint: string): Promise<void> {
  const deadline = performance.now() + readyMs;
  while (child.isRunning() && performance.now() < deadline) {
    const answer = await fetch(endpoint, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer !== undefined) return;
    await sleep(50);
  }
  await child.stop();
  const { cause, lastLines, logFile } = await child.exited;
  throw new Error(`S3Proxy did not start (${cause}; its log: ${logFile}):\n${lastLines.join('\n')}`);
}

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { SetupError } from '../setup-error.ts';

const oldest = 17;

/**
 * Finds Java for Kafka and S3Proxy: JAVA_HOME if set, else PATH.
 *
 * @returns the program to run
 * @throws SetupError that says how to get one.
 */
export function findJava(env: NodeJS.ProcessEnv = process.env): string {
  const home = env['JAVA_HOME'];
  const places = home === undefined || home === '' ? ['java'] : [join(home, 'bin', 'java'), 'java'];
  const found = places.map((java) => ({ java, version: javaVersion(java, env) }));
  const good = found.find(({ version }) => version !== undefined && version >= oldest);
  if (good !== undefined) return good.java;
  throw new SetupError(advice(found.find(({ version }) => version !== undefined)?.version));
}

/** 17 for `17.0.15`, 8 for `1.8.0_412`; undefined when there is none. */
function javaVersion(java: string, env: NodeJS.ProcessEnv): number | undefined {
  const { stderr, status } = spawnSync(java, ['-version'], { encoding: 'utf8', env });
  if (status !== 0) return undefined;
  const numbers = /version "(?:1\.)?(\d+)/.exec(stderr)?.[1];
  return numbers === undefined ? undefined : Number(numbers);
}

function advice(version: number | undefined): string {
  const found = version === undefined ? 'none was found' : `Java ${String(version)} was found`;
  return [
    `Kafka needs Java >= ${String(oldest)} on JAVA_HOME or PATH; ${found}. One of these ways:`,
    `  ${installation()}`,
    '  set JAVA_HOME to an installation you have',
    '  set KAFKA_BROKERS to a Kafka of your own, host:port[,host:port]',
    '  docker/README.md: everything in containers',
  ].join('\n');
}

function installation(): string {
  if (process.platform === 'darwin') return 'brew install openjdk@21';
  if (process.platform === 'win32') return 'winget install EclipseAdoptium.Temurin.21.JRE';
  return (
    'Debian, Ubuntu: apt install default-jre-headless · Fedora: dnf install java-21-openjdk-headless · ' +
    'Alpine: apk add openjdk21-jre-headless · Arch: pacman -S jre-openjdk-headless'
  );
}

import { spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  freePorts,
  pathsOf,
  portTable,
  processNames,
  repository,
  seconds,
  type PortName,
  type Ports,
} from '@tocsin/tools';
import { readingOf, type Reading } from './reading.ts';
import type { Rig } from './rig.ts';

const rounds = 3;
const giveUpMs = 120_000;

/** Seconds of one start, by what they were spent on. */
interface Start {
  readonly total: number;
  readonly postgres: number;
  readonly kafka: number;
  /** All but the wait for the slower of PostgreSQL and Kafka, which start at the same time. */
  readonly ours: number;
  /** Migrations and topics. */
  readonly migrations: number;
  /** The slowest of the five, which start at the same time. */
  readonly services: number;
  readonly directory: number;
}

/** `npm start` until it says that it is ready, on an empty folder and again on what that left. */
export async function measureStart(rig: Rig): Promise<readonly Reading[]> {
  const state = join(await rig.state(), 'started');
  const env = settingsFor(state, await freePorts());
  const first: Start[] = [];
  const again: Start[] = [];
  for (let round = 0; round < rounds; round += 1) {
    first.push(await startOnce(state, env, ['--fresh']));
    again.push(await startOnce(state, env, []));
    const told = [first, again].map((starts) => seconds((starts[round]?.total ?? NaN) * 1_000));
    rig.say(`  Ready after ${told.join(', again after ')}`);
  }
  return [...readingsOf('npm start, empty', first), ...readingsOf('npm start, again', again)];
}

function readingsOf(title: string, starts: readonly Start[]): readonly Reading[] {
  const of = (part: keyof Start): number[] => starts.map((start) => start[part]);
  const atMost = (value: number) => ({ of: 'median', bound: 'at most', value }) as const;
  return [
    readingOf(`${title}: to ready`, 's', of('total'), atMost(30)),
    readingOf(`${title}: our own code`, 's', of('ours'), atMost(10)),
    readingOf(`${title}: PostgreSQL`, 's', of('postgres')),
    readingOf(`${title}: Kafka`, 's', of('kafka')),
    readingOf(`${title}: migrations and topics`, 's', of('migrations')),
    readingOf(`${title}: services and gateway`, 's', of('services')),
    readingOf(`${title}: demo directory`, 's', of('directory')),
  ];
}

/** Ports and a folder of its own, and nothing that stands in for our own parts. */
function settingsFor(state: string, ports: Ports): NodeJS.ProcessEnv {
  const names = Object.keys(portTable) as PortName[];
  const settings = names.map((name) => [portTable[name].setting, String(ports[name])] as const);
  const own = { DATABASE_URL: '', KAFKA_BROKERS: '', SMTP_URL: '', TOCSIN_STATE: state };
  return { ...process.env, ...own, ...Object.fromEntries(settings) };
}

async function startOnce(state: string, env: NodeJS.ProcessEnv, flags: readonly string[]): Promise<Start> {
  const from = performance.now();
  const child = spawn('npm', ['start', '--', ...flags], { cwd: repository, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  try {
    const steps = await untilReady(child);
    return startOf(steps, (performance.now() - from) / 1_000);
  } finally {
    await interrupt(state);
    await exited;
  }
}

function startOf(steps: ReadonlyMap<string, number>, total: number): Start {
  const secondsOf = (step: string): number => [...steps].find(([title]) => title.startsWith(step))?.[1] ?? NaN;
  const [postgres, kafka] = [secondsOf('PostgreSQL'), secondsOf('Kafka')];
  return {
    total,
    postgres,
    kafka,
    ours: total - Math.max(postgres, kafka),
    migrations: secondsOf('Database and topics'),
    services: Math.max(...processNames.map(secondsOf)),
    directory: secondsOf('Demo directory'),
  };
}

/** As Ctrl-C does it. The start holds the folder's lock; a signal to npm would end npm alone. */
async function interrupt(state: string): Promise<void> {
  const lock = await readFile(pathsOf(state).lock, 'utf8').catch(() => undefined);
  if (lock === undefined) return;
  const { pid } = JSON.parse(lock) as { pid: number };
  process.kill(pid, 'SIGINT');
}

/** The steps with their seconds, from the lines it prints. */
function untilReady({ stdout, stderr }: ChildProcess): Promise<ReadonlyMap<string, number>> {
  const steps = new Map<string, number>();
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(new Error(`npm start did not become ready:\n${lines.join('\n')}`));
    const timer = setTimeout(fail, giveUpMs);
    if (stdout === null || stderr === null) return fail();
    stderr.on('data', (text: Buffer) => lines.push(String(text)));
    const output = createInterface({ input: stdout });
    output.on('line', (line) => {
      lines.push(line);
      const [, title, seconds] = /^✓ (.+?) +([\d.]+) s$/.exec(line) ?? [];
      if (title !== undefined) steps.set(title, Number(seconds));
      if (!line.startsWith('Ready after')) return;
      clearTimeout(timer);
      resolve(steps);
    });
    output.on('close', () => {
      clearTimeout(timer);
      fail();
    });
  });
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createThrowaway,
  freePorts,
  loadDemoDirectory,
  migrateAll,
  loadKeys,
  playBreach,
  processNames,
  rebuildProjection,
  repository,
  startPlatform,
  startWorld,
  wholeIncident,
  type Platform,
  type Throwaway,
  type World,
} from '@tocsin/tools';
import { startTraceSink } from './trace-sink.ts';

/* The whole platform, each part its own process, as `npm start` runs it; the faults need a world of its own. */

let throwaway: Throwaway;
let world: World;
let platform: Platform;
let traces: Awaited<ReturnType<typeof startTraceSink>>;
const say = (): void => undefined;

beforeAll(async () => {
  throwaway = await createThrowaway();
  traces = await startTraceSink();
  const { state } = throwaway;
  const ports = await freePorts();
  world = await startWorld({ state, ports, durable: true, mail: true, say, env: {} });
  const { passwords } = await loadKeys(state);
  await migrateAll({ adminUrl: world.adminUrl, passwords, brokers: world.brokers });
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: traces.url, OTEL_BSP_SCHEDULE_DELAY: '200' };
  platform = await startPlatform({ state, ports, world, env, say });
  await loadDemoDirectory({ graphqlUrl: platform.graphqlUrl, token: platform.tokens['PLATFORM_ADMIN'] ?? '' });
}, 180_000);

afterAll(async () => {
  await platform?.stop();
  await world?.stop();
  await throwaway?.remove();
  await traces?.stop();
}, 60_000);

describe('a breach, from the first signal to the proof of notice', () => {
  it('holds step by step, and is one trace through all services', async () => {
    const steps: string[] = [];
    const { traceId } = await playBreach(platform, (step) => void steps.push(step));
    expect(steps).toHaveLength(20);
    await sleep(2_000);
    const spans = traces.spansOf(traceId);
    const services = new Set(spans.map(({ service }) => service));
    expect([...services].sort()).toEqual(processNames.map((name) => `tocsin-${name}`).sort());
    expect(spans.map(({ name }) => name)).toContain('notice.deliver');
  }, 120_000);

  it('F-5 F-6 survives Kafka, then PostgreSQL, away for ten seconds in its middle', async () => {
    const isPlayed = await playWithFaults({
      'a responder promotes': () =>
        outage(
          () => world.kafka?.kill(),
          () => world.kafka?.start(),
        ),
      'communications drafts': () =>
        outage(
          () => world.postgres?.kill(),
          () => world.postgres?.start(),
        ),
    });
    expect(isPlayed).toBe(true);
  }, 240_000);

  it('F-1 loses nothing and sends nothing twice when notification and incident are killed while notices leave', async () => {
    const isPlayed = await playWithFaults({
      'legal approves': async () => {
        await Promise.all([platform.kill('notification'), platform.kill('incident')]);
        void Promise.all([platform.restart('notification'), platform.restart('incident')]);
      },
    });
    expect(isPlayed).toBe(true);
  }, 240_000);

  it.each(['incident', 'classification', 'notification'])(
    'the copies of %s, rebuilt from the logs, are the same',
    async (service) => {
      const lines: string[] = [];
      const env = { TOCSIN_STATE: throwaway.state, DATABASE_URL: world.adminUrl };
      await rebuildProjection(['rebuild', service, '--dry-run'], env, (line) => void lines.push(line));
      const [applied, ...tables] = lines;
      expect(applied).toMatch(/^[1-9]\d* events applied, and undone/);
      // Not every kind of fact comes up in the story.
      for (const table of tables) expect(table).toMatch(/ (\d+) rows before, \1 after; all the same$/);
      expect(tables.filter((table) => / [1-9]\d* rows before/.test(table))).not.toEqual([]);
    },
  );

  it('answers the query of the README', async () => {
    const readme = await readFile(join(repository, 'README.md'), 'utf8');
    expect(readme).toContain(wholeIncident);
  });
});

/** Plays the story with a fault after each step that is named by its first words; whether all of them came up. */
async function playWithFaults(faults: Readonly<Record<string, () => Promise<void>>>): Promise<boolean> {
  const open = new Map(Object.entries(faults));
  await playBreach({ ...platform, hasFaults: true }, async (step) => {
    const name = [...open.keys()].find((words) => step.startsWith(words));
    const fault = name === undefined ? undefined : open.get(name);
    open.delete(name ?? '');
    await fault?.();
  });
  return open.size === 0;
}

/** Away at once, and back after ten seconds, while the story goes on. */
function outage(down: () => Promise<void> | undefined, up: () => Promise<unknown> | undefined): Promise<void> {
  const gone = Promise.resolve(down());
  void gone.then(() => sleep(10_000)).then(() => up());
  return gone.then(() => undefined);
}

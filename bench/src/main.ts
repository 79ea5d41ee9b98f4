import { measureDetections } from './detections.ts';
import { measureIncidents } from './incidents.ts';
import { loadNow, machineFacts } from './machine.ts';
import { measurePromotion } from './promote.ts';
import type { Reading } from './reading.ts';
import { measureRelay } from './relay.ts';
import { createRig, type Rig } from './rig.ts';
import { measureSignals } from './signals.ts';
import { measureStart } from './start.ts';
import { measureStory } from './story.ts';
import { tableOf, type LoadedReading } from './table.ts';

/* `npm run bench [-- name …]`: measures what the issues ask for, on real parts of its own, all on loopback. */

/** In this order: the relay while no service runs beside it. */
const measurements: Readonly<Record<string, (rig: Rig) => Promise<readonly Reading[]>>> = {
  start: measureStart,
  relay: measureRelay,
  signals: measureSignals,
  promote: measurePromotion,
  story: measureStory,
  detections: measureDetections,
  incidents: measureIncidents,
};

/** Takes a quarter of an hour and 10 GB of disk, so it is measured only if it is named. */
const large = 'incidents';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function wanted(names: readonly string[]): readonly string[] {
  const known = Object.keys(measurements);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`Unknown: ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  return names.length === 0 ? known.filter((name) => name !== large) : known.filter((name) => names.includes(name));
}

async function measure(rig: Rig, name: string): Promise<readonly LoadedReading[]> {
  say(`\nMeasuring: ${name}`);
  const before = loadNow();
  const readings = (await measurements[name]?.(rig)) ?? [];
  const load = `${before} to ${loadNow()}`;
  const loaded = readings.map((reading) => ({ ...reading, load }));
  say(`\n${tableOf(loaded)}`);
  return loaded;
}

async function main(): Promise<void> {
  const names = wanted(process.argv.slice(2));
  const rig = createRig(say);
  const readings: LoadedReading[] = [];
  try {
    for (const name of names) readings.push(...(await measure(rig, name)));
  } finally {
    await rig.stop();
  }
  say(`\n${machineFacts()}\n\n${tableOf(readings)}`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

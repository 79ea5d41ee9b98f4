import { playBreach } from '@tocsin/tools';
import { readingOf, type Reading } from './reading.ts';
import type { Rig } from './rig.ts';

const rounds = 3;

/** What `npm run demo` plays, in total and step by step. */
export async function measureStory(rig: Rig): Promise<readonly Reading[]> {
  const platform = await rig.platform();
  const totals: number[] = [];
  const steps = new Map<string, number[]>();
  for (let round = 0; round < rounds; round += 1) {
    const from = performance.now();
    await playBreach(platform, (step, ms) => void steps.set(step, [...(steps.get(step) ?? []), ms / 1_000]));
    totals.push((performance.now() - from) / 1_000);
  }
  return [
    readingOf('Story: total', 's', totals, { of: 'median', bound: 'at most', value: 30 }),
    ...[...steps].map(([step, seconds]) => readingOf(`Story: ${step}`, 's', seconds)),
  ];
}

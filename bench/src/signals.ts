import { topicOf } from '@tocsin/contracts';
import { watchArrivals } from './arrivals.ts';
import { createDetector } from './detector.ts';
import { readingOf, type Reading } from './reading.ts';
import type { Rig } from './rig.ts';

const warmUp = 30;
const signals = 250;

/**
 * One signal after the other, each until a consumer has its event. From the intake's answer, which says that it was
 * accepted; and from the request, which holds the rule engine and the commit too. An event that overtook the answer
 * counts as 0 in the first.
 */
export async function measureSignals(rig: Rig): Promise<readonly Reading[]> {
  const platform = await rig.platform();
  const { brokers } = await rig.world();
  const detector = createDetector(platform);
  const arrivals = await watchArrivals(brokers, topicOf('detection'));
  const fromAnswer: number[] = [];
  const fromRequest: number[] = [];
  try {
    for (let n = 0; n < warmUp + signals; n += 1) {
      const requestedAt = performance.now();
      const detectionId = await detector.report();
      const answeredAt = performance.now();
      const arrivedAt = await arrivals.of(detectionId);
      if (n < warmUp) continue;
      fromAnswer.push(Math.max(0, arrivedAt - answeredAt));
      fromRequest.push(arrivedAt - requestedAt);
    }
  } finally {
    await arrivals.stop();
  }
  const target = { of: 'p99', bound: 'at most', value: 100 } as const;
  return [
    readingOf('Signal: answer to event on Kafka', 'ms', fromAnswer, target),
    readingOf('Signal: request to event on Kafka', 'ms', fromRequest),
  ];
}
